//! The tables of spec 10 4.5, 4.6 and 2.6, by address.

use domain::evento::Componente;

/// What a call needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Serve {
    /// Nothing, not even to be enabled.
    Niente,
    /// To be enabled.
    Abilitato,
    /// This right.
    Diritto(&'static str, char),
    /// To be enabled: without its right the list holds what is in scope.
    Tendina,
    /// R on the giornale, else a filter by what one may see.
    Giornale,
    /// The flag of an applicazione.
    Bandiera,
}

/// The rows of spec 10 4.5: first segment of the address, and servizio.
const BACKOFFICE: &[(&str, &str)] = &[
    ("intermediari", "Anagrafica PagoPA"),
    ("domini", "Anagrafica Creditore"),
    ("entrate", "Anagrafica Creditore"),
    ("tipiPendenza", "Anagrafica Creditore"),
    ("applicazioni", "Anagrafica Applicazioni"),
    ("operatori", "Anagrafica Ruoli"),
    ("ruoli", "Anagrafica Ruoli"),
    ("pendenze", "Pendenze"),
    ("avvisi", "Pendenze"),
    ("documenti", "Pendenze"),
    ("allegati", "Pendenze"),
    ("rpp", "Pendenze"),
    ("pagamenti", "Pagamenti"),
    ("ricevute", "Pagamenti"),
    ("riscossioni", "Rendicontazioni e Incassi"),
    ("flussiRendicontazione", "Rendicontazioni e Incassi"),
    ("rendicontazioni", "Rendicontazioni e Incassi"),
    ("incassi", "Rendicontazioni e Incassi"),
    ("quadrature", "Rendicontazioni e Incassi"),
    ("reportistiche", "Rendicontazioni e Incassi"),
    ("configurazioni", "Configurazione e manutenzione"),
    ("notifiche", "Configurazione e manutenzione"),
    ("promemoria", "Configurazione e manutenzione"),
    ("operazioni", "Configurazione e manutenzione"),
];

/// The servizi of spec 10 4.1.
pub(super) const SERVIZI: &[&str] = &[
    "Anagrafica PagoPA",
    "Anagrafica Creditore",
    "Anagrafica Applicazioni",
    "Anagrafica Ruoli",
    "Pagamenti",
    "Pendenze",
    "Rendicontazioni e Incassi",
    "Giornale degli Eventi",
    "Configurazione e manutenzione",
];

/// What spec 10 asks of a route; `None`: no row is about it.
pub(super) fn serve(componente: Componente, metodo: &str, percorso: &str) -> Option<Serve> {
    let capo = percorso.split('/').nth(1).unwrap_or_default();
    let comune = match capo {
        "info" => Some(Serve::Niente),
        "profilo" | "enumerazioni" | "sonde" | "logout" | "login" => Some(Serve::Abilitato),
        _ => None,
    };
    if comune.is_some() {
        return comune;
    }
    if componente != Componente::ApiBackoffice {
        return Some(Serve::Bandiera);
    }
    match (metodo, percorso) {
        (
            "GET",
            "/domini"
            | "/tipiPendenza"
            | "/domini/{idDominio}/tipiPendenza"
            | "/domini/{idDominio}/unitaOperative",
        ) => Some(Serve::Tendina),
        // It executes the operation.
        ("GET", "/operazioni/{id}") => Some(Serve::Diritto("Configurazione e manutenzione", 'W')),
        ("GET", _) if capo == "eventi" => Some(Serve::Giornale),
        ("GET", _) if capo == "tracciatiNotificaPagamenti" => Some(Serve::Niente),
        _ => {
            let (_, servizio) = BACKOFFICE.iter().find(|(c, _)| *c == capo)?;
            Some(Serve::Diritto(servizio, if metodo == "GET" { 'R' } else { 'W' }))
        }
    }
}

/// Whether spec 10 2.6 lets an anonymous caller of API Backoffice in.
pub(super) fn aperta_agli_anonimi(metodo: &str, percorso: &str) -> bool {
    let capo = percorso.split('/').nth(1).unwrap_or_default();
    metodo == "GET" && matches!(capo, "info" | "sonde" | "tracciatiNotificaPagamenti")
}
