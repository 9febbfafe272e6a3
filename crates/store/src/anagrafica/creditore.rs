//! What belongs to a dominio: offices, accounts, revenues (spec 10 5.3).

use super::{Modo, avanza, testi};
use crate::{Riga, Scrittura, Store, StoreError, riga::DaRiga, valori};
use domain::anagrafica::{ContoAccredito, Entrata, EntrataDominio, UnitaOperativa};
use domain::codici::Iban;
use domain::pendenza::TipoContabilita;
use domain::{IdDominio, IdEntrata, IdTipoPendenza, IdUnita};

/// Most rows of one kind that a dominio may have in its card.
const LIMITE: i64 = 10_000;

impl DaRiga for UnitaOperativa {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: IdUnita::fidato(r.testo("id")?),
            ragione_sociale: r.testo("ragione_sociale")?,
            indirizzo: testi::indirizzo(&r.testo("indirizzo")?)?,
            abilitato: r.booleano("abilitato")?,
        })
    }
}

impl DaRiga for ContoAccredito {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            iban: Iban::fidato(r.testo("iban")?),
            bic: r.testo_opt("bic")?,
            postale: r.booleano("postale")?,
            descrizione: r.testo_opt("descrizione")?,
            intestatario: r.testo_opt("intestatario")?,
            aut_stampa_poste: r.testo_opt("aut_stampa_poste")?,
            abilitato: r.booleano("abilitato")?,
        })
    }
}

impl DaRiga for Entrata {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: IdEntrata::fidato(r.testo("id")?),
            descrizione: r.testo("descrizione")?,
            tipo_contabilita: r.letto("tipo_contabilita", TipoContabilita::leggi)?,
            codice_contabilita: r.testo("codice_contabilita")?,
        })
    }
}

impl DaRiga for EntrataDominio {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            tipo: Entrata::da_riga(r)?,
            iban_accredito: r.testo_opt("iban_accredito")?.map(Iban::fidato),
            iban_appoggio: r.testo_opt("iban_appoggio")?.map(Iban::fidato),
            tipo_contabilita: r.letto_opt("d_tipo_contabilita", TipoContabilita::leggi)?,
            codice_contabilita: r.testo_opt("d_codice_contabilita")?,
            abilitato: r.booleano("abilitato")?,
        })
    }
}

impl Store {
    /// The offices of a dominio, `EC` included, by id.
    pub async fn unita_operative(&self, dominio: &str) -> Result<Vec<UnitaOperativa>, StoreError> {
        self.leggi(
            "select id, ragione_sociale, indirizzo, abilitato from unita_operative \
             where id_dominio = $1 order by id limit $2",
            valori![dominio, LIMITE],
        )
        .await
    }

    /// The accounts of a dominio, by IBAN.
    pub async fn conti_accredito(&self, dominio: &str) -> Result<Vec<ContoAccredito>, StoreError> {
        self.leggi(
            "select iban, bic, postale, descrizione, intestatario, aut_stampa_poste, abilitato \
             from conti_accredito where id_dominio = $1 order by iban limit $2",
            valori![dominio, LIMITE],
        )
        .await
    }

    /// The revenues of a dominio with their types, by id.
    pub async fn entrate_dominio(&self, dominio: &str) -> Result<Vec<EntrataDominio>, StoreError> {
        self.leggi(
            "select e.id, e.descrizione, e.tipo_contabilita, e.codice_contabilita, d.iban_accredito, \
             d.iban_appoggio, d.tipo_contabilita as d_tipo_contabilita, \
             d.codice_contabilita as d_codice_contabilita, d.abilitato \
             from entrate_dominio d join entrate e on e.id = d.id_entrata \
             where d.id_dominio = $1 order by e.id limit $2",
            valori![dominio, LIMITE],
        )
        .await
    }

    /// A type of revenue by its id.
    pub async fn entrata(&self, id: &str) -> Result<Option<Entrata>, StoreError> {
        self.leggi_una(
            "select id, descrizione, tipo_contabilita, codice_contabilita from entrate where id = $1",
            valori![id],
        )
        .await
    }
}

/// Writes an office. `Duplicato("unita_operative_pkey")`.
pub fn salva_unita(
    s: &mut Scrittura,
    modo: Modo,
    dominio: &IdDominio,
    u: &UnitaOperativa,
) -> Result<(), StoreError> {
    modo.scrivi(
        s,
        "insert into unita_operative (id_dominio, id, ragione_sociale, indirizzo, abilitato) \
         values ($1, $2, $3, $4, $5)",
        "update unita_operative set ragione_sociale = $3, indirizzo = $4, abilitato = $5 \
         where id_dominio = $1 and id = $2",
        valori![
            dominio.as_str(),
            u.id.as_str(),
            &u.ragione_sociale,
            testi::scrivi_indirizzo(&u.indirizzo)?,
            u.abilitato,
        ],
    );
    Ok(())
}

/// Writes an account. `Duplicato("conti_accredito_pkey")`.
pub fn salva_conto(s: &mut Scrittura, modo: Modo, dominio: &IdDominio, c: &ContoAccredito) {
    modo.scrivi(
        s,
        "insert into conti_accredito (id_dominio, iban, bic, postale, descrizione, intestatario, \
         aut_stampa_poste, abilitato) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        "update conti_accredito set bic = $3, postale = $4, descrizione = $5, intestatario = $6, \
         aut_stampa_poste = $7, abilitato = $8 where id_dominio = $1 and iban = $2",
        valori![
            dominio.as_str(),
            c.iban.as_str(),
            c.bic.clone(),
            c.postale,
            c.descrizione.clone(),
            c.intestatario.clone(),
            c.aut_stampa_poste.clone(),
            c.abilitato,
        ],
    );
}

/// Writes a type of revenue. `Duplicato("entrate_pkey")`.
pub fn salva_entrata(s: &mut Scrittura, modo: Modo, e: &Entrata) {
    modo.scrivi(
        s,
        "insert into entrate (id, descrizione, tipo_contabilita, codice_contabilita) \
         values ($1, $2, $3, $4)",
        "update entrate set descrizione = $2, tipo_contabilita = $3, codice_contabilita = $4 where id = $1",
        valori![e.id.as_str(), &e.descrizione, e.tipo_contabilita.as_str(), &e.codice_contabilita],
    );
}

/// Writes the revenue of a dominio; its type and its accounts must be there.
/// `Duplicato("entrate_dominio_pkey")`.
pub fn salva_entrata_dominio(s: &mut Scrittura, modo: Modo, dominio: &IdDominio, e: &EntrataDominio) {
    modo.scrivi(
        s,
        "insert into entrate_dominio (id_dominio, id_entrata, iban_accredito, iban_appoggio, \
         tipo_contabilita, codice_contabilita, abilitato) values ($1, $2, $3, $4, $5, $6, $7)",
        "update entrate_dominio set iban_accredito = $3, iban_appoggio = $4, tipo_contabilita = $5, \
         codice_contabilita = $6, abilitato = $7 where id_dominio = $1 and id_entrata = $2",
        valori![
            dominio.as_str(),
            e.tipo.id.as_str(),
            e.iban_accredito.as_ref().map(ToString::to_string),
            e.iban_appoggio.as_ref().map(ToString::to_string),
            e.tipo_contabilita.map(TipoContabilita::as_str),
            e.codice_contabilita.clone(),
            e.abilitato,
        ],
    );
}

/// Gives a dominio a type of pendenza that inherits everything, if that type exists.
pub fn aggiungi_tipo_se_esiste(s: &mut Scrittura, dominio: &IdDominio, tipo: &IdTipoPendenza) {
    s.esegui(
        "insert into tipi_pendenza_dominio (id_dominio, id_tipo_pendenza, configurazione) \
         select $1, id, '{}' from tipi_pendenza where id = $2",
        valori![dominio.as_str(), tipo.as_str()],
    );
    avanza(s);
}
