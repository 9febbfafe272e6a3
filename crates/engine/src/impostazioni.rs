//! Settings that change what a use case decides. Their names in the configuration are in `server`.

use crate::lavori;
use domain::stampa::RegoleStampa;

/// Settings of the use cases, with the defaults of the specification.
#[derive(Debug, Clone)]
pub struct Impostazioni {
    /// Name of this node in the giornale.
    pub nodo: String,
    /// Type of a line that names neither entrata nor stamp (spec 20 3.2).
    pub tipo_pendenza_libero: String,
    /// Type for types that are not registered (spec 20 3.2).
    pub tipo_pendenza_non_censito: String,
    /// Unknown types are created instead of refused (spec 20 3.2).
    pub censimento_automatico: bool,
    /// The principal of the Node must be the one of the intermediario (`it.govpay.pdd.auth`).
    pub controlla_principal_nodo: bool,
    /// Notice numbers of the probe (spec 40 3.2).
    pub sonda_nav: Vec<String>,
    /// Disabled master data refuse verify and activate (spec 40 section 3).
    pub anagrafica_rigida: bool,
    /// A failing refresh of a pendenza past dataValidita refuses the payment (spec 40 4.2).
    pub aggiornamento_mandatorio: bool,
    /// `getAvviso` or `verifyPendenza` forced when both keys are known (spec 20 9.3).
    pub operazione_verifica: Option<OperazioneVerifica>,
    /// Days of validity given to a pendenza without dates in the activation (spec 40 6.1).
    pub giorni_validita_senza_data: Option<i64>,
    /// Minutes after which an attempt without receipt is closed, 1 to 30 (spec 40 9.1).
    pub minuti_chiusura_tentativi: i64,
    /// Giornale on or off as a whole.
    pub giornale_abilitato: bool,
    /// Milliseconds that a whole verification of the ente inside a call of the Node may take.
    pub scadenza_verifica_ente_millis: u64,
    /// This node delivers notifications.
    pub notifiche_abilitate: bool,
    /// This node runs jobs.
    pub lavori_abilitati: bool,
    /// Jobs that this node does not run, of [`crate::lavori::SPEGNIBILI`].
    pub lavori_spenti: Vec<&'static str>,
    /// Notifications are given up after so many failures (`None`: never).
    pub notifiche_max_tentativi: Option<i64>,
    /// Notifications are given up after so many days (`None`: never).
    pub notifiche_max_giorni: Option<i64>,
    /// MD5-crypt hashes of imported passwords are accepted.
    pub impronte_md5: bool,
    /// Minutes without use after which a session ends.
    pub minuti_sessione: i64,
    /// Ruolo of the operatore that is made for a principal who is proven and not registered; `None`: such a
    /// caller is refused.
    pub ruolo_di_chi_si_iscrive: Option<String>,
    /// Whoever has a password here may use it although there is a directory.
    pub password_accanto_alla_directory: bool,
    /// Seconds for which what the directory has said is believed.
    pub memoria_directory_secondi: i64,
    /// What is printed and what not.
    pub stampa: RegoleStampa,
}

impl Impostazioni {
    /// Whether this node runs a job, by its `idOperazione`.
    #[must_use]
    pub fn corre(&self, lavoro: &str) -> bool {
        let insieme =
            if lavoro == lavori::NOTIFICHE { self.notifiche_abilitate } else { self.lavori_abilitati };
        insieme && !self.spento(lavoro)
    }

    /// Whether a job is off by its name, not with all of them.
    pub(crate) fn spento(&self, lavoro: &str) -> bool {
        self.lavori_spenti.contains(&lavoro)
    }
}

/// Which call verifies a pendenza at the ente.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperazioneVerifica {
    /// By notice.
    GetAvviso,
    /// By identifiers.
    VerifyPendenza,
}

impl Default for Impostazioni {
    fn default() -> Self {
        Self {
            nodo: "GovPay".to_owned(),
            tipo_pendenza_libero: "LIBERO".to_owned(),
            tipo_pendenza_non_censito: "LIBERO".to_owned(),
            censimento_automatico: false,
            controlla_principal_nodo: true,
            sonda_nav: vec!["000000000000000000".to_owned()],
            anagrafica_rigida: false,
            aggiornamento_mandatorio: false,
            operazione_verifica: None,
            giorni_validita_senza_data: None,
            minuti_chiusura_tentativi: 30,
            giornale_abilitato: true,
            scadenza_verifica_ente_millis: 6_000,
            notifiche_abilitate: true,
            lavori_abilitati: true,
            lavori_spenti: Vec::new(),
            notifiche_max_tentativi: None,
            notifiche_max_giorni: None,
            impronte_md5: true,
            minuti_sessione: 30,
            ruolo_di_chi_si_iscrive: None,
            password_accanto_alla_directory: true,
            memoria_directory_secondi: 60,
            stampa: RegoleStampa::default(),
        }
    }
}
