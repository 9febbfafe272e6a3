use super::*;

fn con_password(p: &str) -> Ritratto {
    Ritratto::nuovo()
        .con("a", 1)
        .segreto("password", Some(p))
        .dentro("auth", Some(Ritratto::nuovo().segreto("apiKey", Some("k-segreta"))))
        .dentro("webhook", Some(Ritratto::nuovo().e_testo(&format!(
            r#"{{"url":"https://u:{p}@h.example/x?y=a@b","auth":{{"password":"{p}","username":"u"}},"vero":true}}"#
        ))))
}

#[test]
fn i_segreti_non_entrano_e_i_loro_cambi_si_sanno() {
    let (prima, dopo) = (con_password("uno-segreto"), con_password("due-segreto"));
    let testo = dopo.valore().to_string();
    assert_eq!(
        testo,
        r#"{"a":1,"password":"***","auth":{"apiKey":"***"},"webhook":{"url":"https://***@h.example/x?y=a@b","auth":{"password":"***","username":"u"},"vero":true}}"#
    );
    assert!(!format!("{dopo:?}").contains("segreto"), "{dopo:?}");
    assert_eq!(dopo.segreti_cambiati(Some(&prima)), ["password", "webhook.auth.password"]);
    assert_eq!(dopo.segreti_cambiati(Some(&dopo)), Vec::<String>::new());
    assert_eq!(dopo.segreti_cambiati(None), ["auth.apiKey", "password", "webhook.auth.password"]);
    let senza = Ritratto::nuovo();
    assert_eq!(senza.segreti_cambiati(Some(&Ritratto::nuovo().segreto("x", Some("y")))), ["x"]);
}

#[test]
fn l_utente_di_un_url_non_si_vede() {
    for (dato, atteso) in [
        ("https://h/x", "https://h/x"),
        ("https://u:p@h/x", "https://***@h/x"),
        ("https://u:p@p@h/x", "https://***@h/x"),
        ("https://h/x@y", "https://h/x@y"),
        ("https://h?x=a@b", "https://h?x=a@b"),
        ("testo", "testo"),
        ("https://u:p@h", "https://***@h"),
    ] {
        assert_eq!(url(dato), atteso);
    }
}
