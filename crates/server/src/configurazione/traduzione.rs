//! From the configuration to the settings of each crate, with the checks across keys.

use super::{Configurazione, ErroreConfigurazione};
use api::convenzioni::{ImpostazioniApi, LimitiPagina};
use connettori::{Ammessi, OpzioniAccesso, OpzioniClient};
use domain::evento::Componente;
use domain::stampa::RegoleStampa;
use engine::impostazioni::OperazioneVerifica;
use http::HeaderName;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use store::ChiaveCifratura;
use worker::{OpzioniGiornale, OpzioniWorker};

fn errore(testo: impl Into<String>) -> ErroreConfigurazione {
    ErroreConfigurazione(testo.into())
}

impl Configurazione {
    /// Checks what the type of a key cannot say.
    ///
    /// # Errors
    /// The first thing that is wrong, naming its key.
    pub fn controlla(&self) -> Result<(), ErroreConfigurazione> {
        self.api(self.listen)?;
        self.engine()?;
        self.store()?;
        self.ente()?;
        self.connettori()?;
        self.oauth2()?;
        self.directory()?;
        if !self.sandbox_listen.ip().is_loopback() {
            return Err(errore(format!(
                "sandbox_listen: {} non e' un indirizzo di loopback",
                self.sandbox_listen
            )));
        }
        if self.tls.certificate.is_empty() != self.tls.key.is_empty() {
            return Err(errore("tls.certificate e tls.key vanno indicati insieme"));
        }
        if !self.tls.client_ca.is_empty() && self.tls.certificate.is_empty() {
            return Err(errore("tls.client_ca richiede tls.certificate e tls.key"));
        }
        if !matches!(self.log.format.as_str(), "text" | "json") {
            return Err(errore(format!("log.format: `{}` non e' text ne' json", self.log.format)));
        }
        if self.http.max_header_bytes < 8192 {
            return Err(errore("http.max_header_bytes deve essere almeno 8192"));
        }
        if self.http.max_connections == 0 || self.database.connections == 0 {
            return Err(errore("http.max_connections e database.connections devono essere almeno 1"));
        }
        Ok(())
    }

    /// Settings of the doors; `indirizzo` is where the server listens in fact.
    ///
    /// # Errors
    /// Values of authentication that are not supported, or not safe.
    pub fn api(&self, indirizzo: SocketAddr) -> Result<ImpostazioniApi, ErroreConfigurazione> {
        let url_pubblica = self.url_pubblica(indirizzo);
        Ok(ImpostazioniApi {
            famiglie: self.famiglie()?,
            spente: self.api_spente()?,
            famiglia_predefinita: self.famiglia_predefinita()?,
            cors: self.cors()?,
            intestazioni_fidate: self.intestazioni_fidate()?,
            legami: self.legami()?,
            api_key: self.api_key(),
            cookie: self.cookie(&url_pubblica)?,
            destinazioni: self.destinazioni()?,
            uscita_oauth2: self.uscita_oauth2()?,
            nodo: self.nodo()?,
            limite_corpo: self.api.max_body_bytes,
            limite_corpo_gonfiato: self.api.max_inflated_body_bytes,
            limite_soap: self.pagopa.max_body_bytes,
            limite_tracciato: self.api.max_tracciato_bytes,
            scadenza: Duration::from_secs(self.api.request_timeout_seconds),
            verifica_debitore: self.api.anonimo_verifica_debitore,
            pagine: self.pagine()?,
            url_pubblica,
            ambiente: self.api.ambiente.clone(),
        })
    }

    /// Bounds of the lists.
    fn pagine(&self) -> Result<LimitiPagina, ErroreConfigurazione> {
        for (chiave, valore) in [
            ("api.max_risultati_per_pagina", self.api.max_risultati_per_pagina),
            ("api.max_conteggio", self.api.max_conteggio),
        ] {
            if valore < 1 {
                return Err(errore(format!("{chiave} deve essere almeno 1")));
            }
        }
        Ok(LimitiPagina { massimo: self.api.max_risultati_per_pagina, tetto: self.api.max_conteggio })
    }

    /// APIs that are off.
    fn api_spente(&self) -> Result<Vec<Componente>, ErroreConfigurazione> {
        let spenta = |nome: &String| match nome.as_str() {
            "backoffice" => Ok(Componente::ApiBackoffice),
            "pendenze" => Ok(Componente::ApiPendenze),
            "pagamento" => Ok(Componente::ApiPagamento),
            "ragioneria" => Ok(Componente::ApiRagioneria),
            "user" => Ok(Componente::ApiUser),
            "pagopa" => Ok(Componente::ApiPagopa),
            _ => Err(errore(format!(
                "api.disabled: `{nome}` non e' una API; sono backoffice, pendenze, pagamento, ragioneria, user e \
                 pagopa"
            ))),
        };
        self.api.disabled.iter().map(spenta).collect()
    }

    /// Jobs that do not run here.
    fn lavori_spenti(&self) -> Result<Vec<&'static str>, ErroreConfigurazione> {
        let spento = |nome: &String| {
            engine::lavori::SPEGNIBILI.iter().copied().find(|l| *l == nome.as_str()).ok_or_else(|| {
                let noti = engine::lavori::SPEGNIBILI.join(", ");
                errore(format!("worker.disabled_jobs: `{nome}` non e' un lavoro; sono {noti}"))
            })
        };
        self.worker.disabled_jobs.iter().map(spento).collect()
    }

    /// Base URL as seen from outside, without final slash.
    #[must_use]
    pub fn url_pubblica(&self, indirizzo: SocketAddr) -> String {
        if !self.public_url.is_empty() {
            return self.public_url.trim_end_matches('/').to_owned();
        }
        let schema = if self.tls.certificate.is_empty() { "http" } else { "https" };
        format!("{schema}://{indirizzo}")
    }

    /// Settings of the use cases.
    ///
    /// # Errors
    /// A value outside its bounds.
    pub fn engine(&self) -> Result<engine::Impostazioni, ErroreConfigurazione> {
        let operazione_verifica = match self.pagopa.operazione_verifica.as_str() {
            "" => None,
            "getAvviso" => Some(OperazioneVerifica::GetAvviso),
            "verifyPendenza" => Some(OperazioneVerifica::VerifyPendenza),
            altro => {
                return Err(errore(format!(
                    "pagopa.operazione_verifica: `{altro}` non e' getAvviso ne' verifyPendenza"
                )));
            }
        };
        if !(1..=30).contains(&self.pagopa.minuti_chiusura_tentativi) {
            return Err(errore("pagopa.minuti_chiusura_tentativi deve essere tra 1 e 30"));
        }
        let positivo = |n: i64| Some(n).filter(|n| *n > 0);
        Ok(engine::Impostazioni {
            nodo: self.node.name.clone(),
            tipo_pendenza_libero: self.pendenze.tipo_pendenza_libero.clone(),
            tipo_pendenza_non_censito: self.pendenze.tipo_pendenza_non_censito.clone(),
            censimento_automatico: self.pendenze.censimento_automatico,
            controlla_principal_nodo: self.pagopa.controlla_principal && self.pagopa_auth != "none",
            sonda_nav: self.pagopa.sonda_nav.clone(),
            anagrafica_rigida: self.pagopa.anagrafica_rigida,
            aggiornamento_mandatorio: self.pagopa.aggiornamento_mandatorio,
            operazione_verifica,
            giorni_validita_senza_data: positivo(self.pagopa.giorni_validita_senza_data),
            minuti_chiusura_tentativi: self.pagopa.minuti_chiusura_tentativi,
            giornale_abilitato: self.giornale.abilitato,
            scadenza_verifica_ente_millis: self.pagopa.scadenza_verifica_ente_millis,
            notifiche_abilitate: self.worker.notifiche,
            lavori_abilitati: self.worker.jobs,
            lavori_spenti: self.lavori_spenti()?,
            notifiche_max_tentativi: positivo(self.notifiche.max_tentativi),
            notifiche_max_giorni: positivo(self.notifiche.max_giorni),
            impronte_md5: self.auth.md5_hashes,
            minuti_sessione: self.auth.session_minutes,
            ruolo_di_chi_si_iscrive: Some(self.auth.signup_role.clone()).filter(|r| !r.is_empty()),
            password_accanto_alla_directory: self.ldap.local_passwords,
            memoria_directory_secondi: self.ldap.cache_seconds,
            stampa: RegoleStampa {
                debitori_nascosti: self.stampa.debitori_nascosti.clone(),
                giorni_validita: positivo(self.stampa.giorni_validita),
            },
        })
    }

    /// Settings of the client of API Ente.
    ///
    /// # Errors
    /// A rule of `ente.allowed` that cannot be read.
    pub fn ente(&self) -> Result<OpzioniClient, ErroreConfigurazione> {
        Ok(OpzioniClient {
            connessione: Duration::from_millis(self.ente.connect_timeout_millis),
            lettura: Duration::from_millis(self.ente.read_timeout_millis),
            risposta_massima: self.ente.max_response_bytes,
            ammessi: Ammessi::leggi(&self.ente.allowed).map_err(|e| errore(format!("ente.allowed: {e}")))?,
        })
    }

    /// Settings of what connectors say of themselves.
    ///
    /// # Errors
    /// A name of a header that is none.
    pub fn connettori(&self) -> Result<OpzioniAccesso, ErroreConfigurazione> {
        let c = &self.connettori;
        let nome = |chiave: &str, t: &str| {
            HeaderName::try_from(t).map_err(|_| {
                errore(format!("connettori.{chiave}: `{t}` non e' il nome di una intestazione HTTP"))
            })
        };
        Ok(OpzioniAccesso {
            api_id: nome("api_key_id_header", &c.api_key_id_header)?,
            api_key: nome("api_key_header", &c.api_key_header)?,
            subscription_key: nome("subscription_key_header", &c.subscription_key_header)?,
            archivi: Some(&c.stores).filter(|t| !t.is_empty()).map(PathBuf::from),
        })
    }

    /// Settings of the writer of the giornale.
    #[must_use]
    pub fn giornale(&self) -> OpzioniGiornale {
        let cartella = if self.giornale.folder.is_empty() { "data" } else { &self.giornale.folder };
        OpzioniGiornale {
            coda: self.giornale.queue,
            cartella: Some(PathBuf::from(cartella)),
            ..OpzioniGiornale::default()
        }
    }

    /// Settings of the jobs.
    #[must_use]
    pub fn worker(&self) -> OpzioniWorker {
        OpzioniWorker {
            scrutinio: Duration::from_millis(self.worker.poll_millis),
            notifiche_per_applicazione: self.worker.notifiche_per_applicazione,
            notifiche_insieme: self.worker.max_notifiche,
            presa: Duration::from_secs(self.worker.lease_seconds),
            // The rest of the time is for giving back what did not end.
            attesa_chiusura: Duration::from_secs(self.http.shutdown_timeout_seconds).mul_f64(0.7),
            timeout_lavori: Duration::from_secs(self.worker.job_timeout_seconds),
            notifiche: self.worker.notifiche,
            lavori: self.worker.jobs,
        }
    }

    /// Settings of the database.
    ///
    /// # Errors
    /// A key for secrets that is not one.
    pub fn store(&self) -> Result<store::Impostazioni, ErroreConfigurazione> {
        let chiave = match (self.database.encryption_key.dato(), self.database.encryption_key_file.as_str()) {
            (Some(testo), _) => Some(
                ChiaveCifratura::da_base64(testo)
                    .map_err(|e| errore(format!("database.encryption_key: {e}")))?,
            ),
            (None, "") if self.database_url.starts_with("sqlite:") => None,
            (None, "") => {
                return Err(errore(
                    "database.encryption_key: con PostgreSQL serve la chiave che cifra i segreti dei connettori, 32 byte \
                     in base64 (per esempio da `openssl rand -base64 32`), uguale su tutti i nodi: \
                     GOVPAY_DATABASE__ENCRYPTION_KEY, oppure database.encryption_key_file"
                        .to_owned(),
                ));
            }
            (None, file) => Some(
                ChiaveCifratura::da_file(Path::new(file))
                    .map_err(|e| errore(format!("database.encryption_key_file: {e}")))?,
            ),
        };
        Ok(store::Impostazioni {
            connessioni: self.database.connections,
            gruppo: self.database.group,
            coda: self.database.queue,
            attesa_lock: Duration::from_millis(self.database.lock_wait_millis),
            attesa_istruzione: Duration::from_millis(self.database.statement_timeout_millis),
            chiave,
            ..store::Impostazioni::nuove(self.database_url.clone())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::configurazione::Segreto;

    #[test]
    fn i_predefiniti_sono_accettabili() {
        assert_eq!(Configurazione::default().controlla(), Ok(()));
    }

    #[test]
    fn cio_che_non_si_puo_fare_si_dice() {
        let con = |f: &dyn Fn(&mut Configurazione)| {
            let mut c = Configurazione::default();
            f(&mut c);
            c.controlla().map_or_else(|e| e.0, |()| "accettata".to_owned())
        };
        assert_eq!(con(&|c| c.pagopa_auth = "none".into()), "accettata");
        let aperto: SocketAddr = SocketAddr::from(([0, 0, 0, 0], 8080));
        assert!(con(&|c| (c.pagopa_auth, c.listen) = ("none".into(), aperto)).contains("loopback"));
        assert!(
            con(&|c| c.database.encryption_key = Segreto::nuovo("corta")).contains("database.encryption_key")
        );
        assert!(con(&|c| c.tls.key = "k.pem".into()).contains("tls.certificate"));
        assert!(con(&|c| c.tls.client_ca = "ca.pem".into()).contains("tls.client_ca"));
        assert!(con(&|c| c.sandbox_listen = aperto).contains("sandbox_listen"));
        assert!(con(&|c| c.log.format = "xml".into()).contains("log.format"));
        assert!(con(&|c| c.pagopa.minuti_chiusura_tentativi = 31).contains("minuti_chiusura_tentativi"));
        assert!(con(&|c| c.ente.allowed = vec!["a b".into()]).contains("ente.allowed"));
        assert!(con(&|c| c.api.max_risultati_per_pagina = 0).contains("api.max_risultati_per_pagina"));
        assert!(con(&|c| c.api.max_conteggio = -1).contains("api.max_conteggio"));
        assert!(con(&|c| c.api.disabled = vec!["soap".into()]).contains("api.disabled: `soap`"));
        let pulizia = con(&|c| c.worker.disabled_jobs = vec!["pulizia".into()]);
        assert!(
            pulizia.contains("worker.disabled_jobs: `pulizia` non e' un lavoro; sono spedizioneNotifiche")
        );
        assert!(con(&|c| c.pagopa.operazione_verifica = "x".into()).contains("operazione_verifica"));
    }

    #[test]
    fn none_spegne_anche_il_controllo_del_principal() {
        assert!(Configurazione::default().engine().unwrap().controlla_principal_nodo);
        let c = Configurazione { pagopa_auth: "none".to_owned(), ..Configurazione::default() };
        assert!(!c.engine().unwrap().controlla_principal_nodo);
    }
}
