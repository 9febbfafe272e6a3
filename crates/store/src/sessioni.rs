//! Sessions of people who have logged in (spec 10 2.1 `form`, 2.4).

use crate::{Riga, Scrittura, Store, StoreError, riga::DaRiga, valori};
use domain::Istante;

/// Expired sessions that go at a time.
const SCADUTE: i64 = 200;

/// A live session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessioneLetta {
    /// Whose it is.
    pub principal: String,
    /// What SPID said of a citizen, as it was stored; `None` for a registered identity.
    pub cittadino: Option<String>,
    /// Groups that its login said it was in, as they were stored; `None`: none.
    pub gruppi: Option<String>,
    /// Last time it was used, within the precision with which uses are written.
    pub ultimo_uso: Istante,
}

impl DaRiga for SessioneLetta {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            principal: r.testo("principal")?,
            cittadino: r.testo_opt("cittadino")?,
            gruppi: r.testo_opt("gruppi")?,
            ultimo_uso: r.istante("ultimo_uso")?,
        })
    }
}

impl Store {
    /// The session of a token, by its hash, unless it has expired.
    pub async fn sessione(
        &self,
        impronta: &str,
        adesso: Istante,
    ) -> Result<Option<SessioneLetta>, StoreError> {
        self.leggi_una(
            "select principal, cittadino, gruppi, ultimo_uso from sessioni where impronta = $1 and scade > $2",
            valori![impronta, adesso],
        )
        .await
    }

    /// How many sessions [`togli_scadute`] would take away now.
    pub async fn sessioni_scadute(&self, adesso: Istante) -> Result<i64, StoreError> {
        let q = "select count(*) from (select 1 from sessioni where scade <= $1 limit $2) as scadute";
        Ok(self.scalare(q, valori![adesso, SCADUTE]).await?.unwrap_or(0))
    }
}

/// Stands only while the identity has this password, or none: who has just given it another one has also
/// ended the sessions, and this one would come after. Before [`apri`] in its Scrittura: the row that is
/// touched makes the two wait for each other.
pub fn solo_con_la_password(s: &mut Scrittura, principal: &str, hash: Option<&str>) {
    match hash {
        Some(hash) => s.esattamente(
            1,
            "update utenze set password = password where principal = $1 and password = $2",
            valori![principal, hash],
        ),
        None => s.esattamente(
            1,
            "update utenze set password = password where principal = $1 and password is null",
            valori![principal],
        ),
    }
}

/// Stores a new session; of its principal only the newest `quante` stay.
pub fn apri(
    s: &mut Scrittura,
    impronta: &str,
    (principal, cittadino, gruppi): (&str, Option<&str>, Option<&str>),
    adesso: Istante,
    scade: Istante,
    quante: i64,
) {
    inserisci(s, impronta, (principal, cittadino, gruppi), adesso, scade);
    s.esegui(
        "delete from sessioni where principal = $1 and impronta not in ( \
         select impronta from sessioni where principal = $1 order by nata desc, impronta limit $2)",
        valori![principal, quante],
    );
}

/// Stores a new session in which nobody has logged in: it holds what somebody does before he says who he is.
/// Its principal is empty, which is of no utenza.
pub fn apri_anonima(s: &mut Scrittura, impronta: &str, adesso: Istante, scade: Istante) {
    inserisci(s, impronta, ("", None, None), adesso, scade);
}

/// Each session takes away some of those that have expired: more than it brings.
fn inserisci(
    s: &mut Scrittura,
    impronta: &str,
    (principal, cittadino, gruppi): (&str, Option<&str>, Option<&str>),
    adesso: Istante,
    scade: Istante,
) {
    togli_scadute(s, adesso);
    s.esattamente(
        1,
        "insert into sessioni (impronta, principal, nata, ultimo_uso, scade, cittadino, gruppi) \
         values ($1, $2, $3, $3, $4, $5, $6)",
        valori![impronta, principal, adesso, scade, cittadino, gruppi],
    );
}

/// Takes away those that expired first, at most 200, with what they hold.
pub fn togli_scadute(s: &mut Scrittura, adesso: Istante) {
    s.esegui(
        "delete from sessioni where impronta in ( \
         select impronta from sessioni where scade <= $1 order by scade limit $2)",
        valori![adesso, SCADUTE],
    );
}

/// Writes that a session is in use.
pub fn tocca(s: &mut Scrittura, impronta: &str, adesso: Istante, scade: Istante) {
    s.esegui(
        "update sessioni set ultimo_uso = $2, scade = $3 where impronta = $1",
        valori![impronta, adesso, scade],
    );
}

/// Ends a session.
pub fn chiudi(s: &mut Scrittura, impronta: &str) {
    s.esegui("delete from sessioni where impronta = $1", valori![impronta]);
}

/// Ends all sessions of a principal: its password is another one, or it is gone.
pub fn chiudi_tutte(s: &mut Scrittura, principal: &str) {
    s.esegui("delete from sessioni where principal = $1", valori![principal]);
}
