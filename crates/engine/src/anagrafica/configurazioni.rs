//! The configurazioni of the installation (spec 10 section 8): read whole, written section by section.

use super::{AnagraficaError, Autore, Modifica, ritratti};
use crate::Engine;
use crate::configurazioni::{Configurazioni, archivi_della_posta};
use domain::anagrafica::Segreto;
use domain::configurazioni::Sezione;
use store::Scrittura;
use store::anagrafica::salva_sezione;

impl Engine {
    /// All sections, those that nobody has written as installed.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn leggi_configurazioni(&self) -> Result<Configurazioni, AnagraficaError> {
        Ok(Configurazioni::di(&self.store().configurazioni().await?)?)
    }

    /// Replaces these sections, of several values for one the last, and gives back all of them. What says
    /// the same as before is not written again.
    ///
    /// # Errors
    /// A store that the mail server needs does not open; the database cannot be written.
    pub async fn salva_configurazioni(
        &self,
        autore: &Autore,
        sezioni: &[(Sezione, Segreto)],
    ) -> Result<Configurazioni, AnagraficaError> {
        for (_, testo) in sezioni.iter().filter(|(s, _)| *s == Sezione::MailBatch) {
            self.prova_archivi(testo).await?;
        }
        let atto = self.atto(autore).await?;
        self.ripeti(|| async {
            let versione = self.store().versione_anagrafica().await?;
            let prima = self.leggi_configurazioni().await?;
            let dopo = prima.con(sezioni)?;
            let cambiate: Vec<Sezione> =
                Sezione::TUTTI.iter().copied().filter(|s| prima.testo(*s) != dopo.testo(*s)).collect();
            if cambiate.is_empty() {
                return Ok(dopo);
            }
            let mut s = Scrittura::nuova();
            for sezione in &cambiate {
                let testo = Segreto(dopo.testo(*sezione).to_owned());
                salva_sezione(&mut s, self.store().chiave(), *sezione, &testo)?;
            }
            let nomi: Vec<&str> = cambiate.iter().map(|s| s.as_str()).collect();
            let modifica = Modifica::di(
                "Configurazione",
                nomi.join(", "),
                Some(ritratti::configurazioni(&prima, &cambiate)),
                ritratti::configurazioni(&dopo, &cambiate),
            );
            self.conferma(&atto, versione, s, &modifica).await?;
            Ok(dopo)
        })
        .await
    }

    /// Opens the stores of the mail server, while mail goes over TLS (spec 60 3.2): now that somebody is there to
    /// be told. What becomes of the files later is for who sends mail.
    async fn prova_archivi(&self, mail: &Segreto) -> Result<(), AnagraficaError> {
        for a in archivi_della_posta(mail.as_str()) {
            self.porte().archivi.prova(a.uso, &a.percorso, &a.password).await.map_err(|testo| {
                let padri = ["mailBatch", "mailserver", "sslConfig", a.campo];
                let prefisso: String = padri.map(|p| format!("Field '{p}' non valido: ")).concat();
                AnagraficaError::NonValido(format!("{prefisso}{testo}"))
            })?;
        }
        Ok(())
    }
}
