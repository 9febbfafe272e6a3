//! The configurazioni of the installation (spec 10 section 8). What is switched off is kept unchecked: its
//! members are not said to be required.

use super::connettori::auth;
use crate::documento::schema::{
    Membro, Schema, booleano, codice, conforme, intero_da, libero, membro, numero, oggetto, testo, url,
};
use crate::documento::{Scheda, operazioni};
use domain::configurazioni::{Interfaccia, Sezione};
use domain::evento::Quando;
use serde_json::json;

pub(super) fn carta(nome: &str) -> Option<Scheda> {
    Some(match nome {
        "getConfigurazioni" => Scheda::legge("The settings of the installation", configurazioni())
            .nota("Secrets are shown only to who may write them."),
        "addConfigurazioni" => {
            Scheda::sostituisce("Replaces the settings of the installation", configurazioni())
        }
        "aggiornaConfigurazioni" => {
            let percorsi: Vec<String> = Sezione::TUTTI.iter().map(|s| format!("/{s}")).collect();
            let percorsi: Vec<&str> = percorsi.iter().map(String::as_str).collect();
            let esempio = json!([{
                "op": "REPLACE", "path": "/appIOBatch", "value": { "abilitato": false, "timeToLive": 3600 }
            }]);
            let corpo = operazioni("OperazioneConfigurazioni", &percorsi, esempio);
            Scheda::modifica("Replaces some sections of the settings", corpo, configurazioni())
                .nota("Whatever the op, the value takes the place of the section. All operations or none.")
        }
        _ => return None,
    })
}

fn configurazioni() -> Schema {
    let sezione = |s: Sezione| {
        let schema = match s {
            Sezione::GiornaleEventi => giornale(),
            Sezione::ServizioGde => oggetto(
                "ServizioGde",
                [booleano("abilitato").dovuto(), url("url", 255), membro("auth", auth())],
            ),
            Sezione::TracciatoCsv => oggetto(
                "TracciatoCsvInstallazione",
                [
                    codice("tipo", &["freemarker"]).dovuto(),
                    libero("intestazione").dovuto(),
                    libero("richiesta").dovuto().nota("Base64."),
                    libero("risposta").dovuto().nota("Base64."),
                ],
            ),
            Sezione::Hardening => {
                oggetto("Hardening", [booleano("abilitato").dovuto(), membro("captcha", captcha())])
            }
            Sezione::MailBatch => {
                oggetto("MailBatch", [booleano("abilitato").dovuto(), membro("mailserver", mailserver())])
            }
            Sezione::AvvisaturaMail => avvisatura(true),
            Sezione::AvvisaturaAppIo => avvisatura(false),
            Sezione::AppIoBatch => oggetto(
                "AppIoBatch",
                [
                    booleano("abilitato").dovuto(),
                    membro("url", conforme(r"\S+", "https://api.io.example.org")),
                    intero_da("timeToLive", 3600).nota("Seconds, at most 604800."),
                    membro("auth", auth()),
                ],
            ),
        };
        membro(s.as_str(), schema).dovuto()
    };
    oggetto("Configurazioni", Sezione::TUTTI.iter().map(|s| sezione(*s)))
}

fn giornale() -> Schema {
    let quando: Vec<&str> = Quando::TUTTI.iter().map(|q| q.as_str()).collect();
    let regola = || {
        oggetto(
            "RegolaGiornale",
            [
                codice("log", &quando).dovuto().nota("Whether there is an event."),
                codice("dump", &quando).dovuto().nota("Whether it keeps its payloads."),
            ],
        )
    };
    let interfaccia = || {
        let versi = [membro("letture", regola()).dovuto(), membro("scritture", regola()).dovuto()];
        oggetto("RegoleInterfaccia", versi)
    };
    let tutte = Interfaccia::TUTTI.iter().map(|i| membro(i.as_str(), interfaccia()).dovuto());
    oggetto("GiornaleEventi", [membro("interfacce", oggetto("InterfacceGiornale", tutte)).dovuto()])
}

fn captcha() -> Schema {
    oggetto(
        "Captcha",
        [
            libero("serverURL").dovuto().esempio("https://www.google.com/recaptcha/api/siteverify"),
            libero("siteKey").dovuto(),
            libero("secretKey").dovuto(),
            numero("soglia", 0, 1).dovuto(),
            membro("parametro", conforme(r"[a-zA-Z0-9\-_]+", "gRecaptchaResponse")).dovuto(),
            booleano("denyOnFail").dovuto(),
            intero_da("connectionTimeout", 0).dovuto().nota("Milliseconds. With 0 nobody passes."),
            intero_da("readTimeout", 0).dovuto().nota("Milliseconds. With 0 nobody passes."),
        ],
    )
}

fn mailserver() -> Schema {
    let keystore = || {
        oggetto(
            "KeyStoreMail",
            [
                codice("type", &["JKS"]),
                testo("location", 1, 1024),
                testo("password", 0, 255),
                testo("managementAlgorithm", 0, 255),
            ],
        )
    };
    let ssl = oggetto(
        "SslMail",
        [
            booleano("abilitato"),
            codice("type", &["SSL", "SSLv3", "TLS", "TLSv1", "TLSv1.1", "TLSv1.2"]),
            booleano("hostnameVerifier"),
            membro("truststore", keystore()),
            membro("keystore", keystore()),
        ],
    );
    oggetto(
        "MailServer",
        [
            membro("host", conforme(r"\S+", "smtp.example.org")),
            intero_da("port", 1),
            membro("username", conforme(r"\S+", "utente")),
            testo("password", 1, 255),
            membro(
                "from",
                conforme(r"[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)*", "ufficio@example.org"),
            ),
            intero_da("readTimeout", 0),
            intero_da("connectionTimeout", 0),
            membro("sslConfig", ssl),
            booleano("startTls"),
        ],
    )
    .nota("All but sslConfig are required while abilitato is true.")
}

fn avvisatura(mail: bool) -> Schema {
    let promemoria = |nome: &'static str, altri: Vec<Membro>| {
        let testi = [
            codice("tipo", &["freemarker"]).dovuto(),
            libero("oggetto").dovuto().nota("Base64."),
            libero("messaggio").dovuto().nota("Base64."),
        ];
        oggetto(nome, testi.into_iter().chain(altri))
    };
    let pdf = || mail.then(|| booleano("allegaPdf").dovuto());
    let eseguiti = booleano("soloEseguiti").dovuto();
    let scadenza = promemoria("PromemoriaScadenzaInstallazione", vec![intero_da("preavviso", 0).dovuto()]);
    let [nome, avviso, ricevuta] = if mail {
        ["AvvisaturaMailInstallazione", "PromemoriaAvvisoMail", "PromemoriaRicevutaMail"]
    } else {
        ["AvvisaturaIOInstallazione", "PromemoriaAvvisoIO", "PromemoriaRicevutaIO"]
    };
    oggetto(
        nome,
        [
            membro("promemoriaAvviso", promemoria(avviso, pdf().into_iter().collect())).dovuto(),
            membro("promemoriaRicevuta", promemoria(ricevuta, pdf().into_iter().chain([eseguiti]).collect()))
                .dovuto(),
            membro("promemoriaScadenza", scadenza).dovuto(),
        ],
    )
}
