//! The template of a form (spec 20 10.1).

use super::*;
use rstest::rstest;

/// Every helper of 10.1 that a form reaches.
const OGNI_AIUTO: &str = r##"<#-- directives: comments leave nothing ${mai} -->
<#setting locale="it">
<#setting number_format="0.00">
<#assign ju = class["it.govpay.core.utils.rawutils.JSONUtils"].getInstance() />
<#assign dati = ju.getAsNode(jsonPath.read("$")) />
<#assign C = class["java.util.Calendar"] SDF = class["it.govpay.core.utils.SimpleDateFormatUtils"].getInstance()>
<#assign oggi = new("java.util.Date") />
<#assign s = C.getInstance() />
<#assign x = s.setTime(oggi)! />
<#assign x = s.set(C.YEAR, 2027)! x = s.set(C.MONTH, 1)! x = s.set(C.DATE, 31)!>
<#assign x = s.add(C.DAY_OF_MONTH, 1)!/>
<#assign fine = C.getInstance() />
<#assign x = fine.set(2027, 1, 1)! />
<#assign x = fine.set(C.DAY_OF_MONTH, fine.getActualMaximum(C.DAY_OF_MONTH))! />
<#assign CU = class["it.govpay.core.utils.CSVUtils"] />
<#assign formato = class["org.apache.commons.csv.CSVFormat"].newFormat(';').withQuote('"') />
<#assign csv = CU.getInstance(formato) r = csv.getCSVRecord(jsonPath.read("$.riga"))>
<#assign x = context?api.put("avvisatura", false)! />
<#assign nome = dati.get("nome").asText() importo = dati.get("importo").asDouble()>
<#if dati.get("fermo").asBoolean()>
<#stop "Richiesta ferma per ${nome}" />
<#elseif !nome?has_content || nome?length gt 70>
<#stop "Nome mancante">
<#else>
{
  "idA2A": "GESTIONALE", "idPendenza": "${dati.get("id").asText()}-${oggi?string("yyyyDDD")}",
  "idDominio": "${pathParams["idDominio"]}", "idTipoPendenza": "${pathParams["idTipoPendenza"]}",
  "causale": "${"Per " + nome + ", " + idTipoVersamento}",
  "soggettoPagatore": {
    "tipo": "F", "anagrafica": "${nome}",
    "identificativo": "${dati.get("cf").asText()}", <#-- upper part of it -->
    "localita": ${csv.toJsonValue(r, 0, 1)}
  },
  "importo": ${(importo + dati.get("quote").get(1).asInt())?string["#.00"]?string?split(",")[0]}.${"50"},
  "dataValidita": "${s.getTime()?string("yyyy-MM-dd")}",
  "dataScadenza": "${fine.getTime()?string["yyyy-MM-dd"]}",
  "datiAllegati": {
    "header": "${header["X-Sportello"]}", "header minuscolo": "${header["x-sportello"]!}",
    "query": "${queryParams["canale"]!"nessuno"}", "query assente": "${queryParams["altro"]!"nessuno"}",
    "dominio": "${idDominio}", "ufficio": "${idUnitaOperativa!"nessuno"}",
    "indirizzo": "${urlRegExp?matches(".*/pendenze/[0-9]{11}/TARI\\?.*")?string("si", "no")}",
    "transazione": ${transactionId?length?string("0")},
    "fette": ["${nome[0..3]}", "${nome[5..]}"],
    "conti": ["${1 + 2 * 3 - 4 / 2}", "${(7 % 4 == 3 && 2 < 3)?string}", "${dati.get("quote").get(0).asInt()}"],
    "presente": "${(dati.get("assente").asText())!"vuoto"}", "esiste": "${dati.get("nome")???string("si", "no")}",
    "lista": [<#list dati.get("parole").asText()?split(" ") as p>"${p_index}${p}"<#if p_has_next>, </#if></#list>],
    "dimensione": "${jsonPath.read("$.parole")?split(" ")?size}",
    "iban": ${csv.getCodDominioFromIbanAccredito(r, 4)}, "iban altrui": ${csv.getCodDominioFromIbanAccredito(r, 0)},
    "vuota": "${csv.isEmpty(r, 2)?string("si", "no")} ${csv.isEmpty(r, 99)?string("si", "no")} ${csv.isEmpty(r, 0)?string("si", "no")}",
    "nulla": ${csv.toJsonValue(r, 2)}, "annulla": "${csv.isOperazioneAnnullamento(r, 3)?string}",
    "cella": "${r.get(1)}", "csv": "${CU.getInstance().toCsv(nome, "a,b")}",
    "avvisatura": "${SDF.getDataAvvisatura("2027-01-10", "dataAvvisatura")?string("dd/MM/yyyy")}",
    "massimo": "${fine.getMaximum(C.DATE)?string("0")}", "ms": "${(oggi.getTime() == date.getTime())?string}",
    "mese": "${fine.getTime()?string("MMMM")}", "contesto": "${context.avvisatura?string("si", "no")}"
  },
  "voci": [{
    "idVocePendenza": "V1", "importo": ${importo?string["0"]}2.50, "descrizione": "Voce", "codEntrata": "TARI"
  }]
}
</#if>"##;

fn ingresso(id: &str) -> Value {
    json!({
        "id": id, "nome": "Anna \"Nina\" Blu", "cf": "BLUNNA80A41H501X", "importo": 1, "fermo": false,
        "quote": [5, 11], "parole": "uno due tre",
        "riga": format!("Roma;\"Via; Po\";;0.00;{IBAN}")
    })
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_modello_che_usa_tutto_da_la_pendenza_di_sempre(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    portale(&app, &sezione(None, Some(OGNI_AIUTO), None)).await;
    let r = bo
        .richiesta(http::Method::POST, &format!("{MODULO}?canale=web&canale=sportello"))
        .header("X-Sportello", "7")
        .json(&ingresso("T1"));
    let r = bo.manda(r).await.con_stato(201);
    assert_eq!(r.json()["idPendenza"], "T1-2026069");
    let letta = bo.get("/pendenze/GESTIONALE/T1-2026069").await.con_stato(200).json();
    let visti = ["causale", "importo", "dataValidita", "dataScadenza", "soggettoPagatore", "datiAllegati"];
    let visti: serde_json::Map<String, Value> =
        visti.iter().map(|n| ((*n).to_owned(), letta[*n].clone())).collect();
    assert_eq!(
        Value::Object(visti),
        json!({
            "causale": "Per Anna \"Nina\" Blu, TARI", "importo": numero("12.50"),
            "dataValidita": "2027-03-04", "dataScadenza": "2027-02-28",
            "soggettoPagatore": {
                "tipo": "F", "identificativo": "BLUNNA80A41H501X", "anagrafica": "Anna \"Nina\" Blu",
                "localita": "Roma Via; Po"
            },
            "datiAllegati": {
                "header": "7", "header minuscolo": "7", "query": "web,sportello", "query assente": "nessuno",
                "dominio": DOMINIO, "ufficio": "nessuno", "indirizzo": "si", "transazione": 36,
                "fette": ["Anna", "\"Nina\" Blu"], "conti": ["5,00", "true", "5,00"],
                "presente": "vuoto", "esiste": "si", "lista": ["0,00uno", "1,00due", "2,00tre"],
                "dimensione": "3,00", "iban": DOMINIO, "iban altrui": null, "vuota": "si si no",
                "nulla": null, "annulla": "true", "cella": "Via; Po", "csv": "\"Anna \"\"Nina\"\" Blu\",\"a,b\"",
                "avvisatura": "10/01/2027", "massimo": "31", "ms": "true", "mese": "febbraio", "contesto": "no"
            }
        })
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_modello_che_si_ferma_e_422_uno_che_si_rompe_500(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    let trasformazione = |dettaglio: &str| errore(500, "RICHIESTA", "TRASFORMAZIONE", NON_VALIDA, dettaglio);
    for (modello, atteso) in [
        (
            "<#stop \"Pratica ${jsonPath.read('$.id')} gia' presentata\">",
            errore(422, "RICHIESTA", "SEMANTICA", NON_VALIDA, "Pratica M1 gia' presentata"),
        ),
        (
            "\n${class[\"java.lang.Runtime\"].getRuntime().exec(\"id\")}",
            trasformazione("riga 2: classe java.lang.Runtime non prevista"),
        ),
        (
            "${new(\"freemarker.template.utility.Execute\")(\"id\")}",
            trasformazione("riga 1: new: classe freemarker.template.utility.Execute non prevista"),
        ),
        (
            "{\"a\": ${jsonPath.read('$.assente')}}",
            trasformazione("riga 1: jsonPath.read(\"$.assente\") non e' valorizzato"),
        ),
        (
            "<#list 1..100000 as a><#list 1..100000 as b></#list></#list>",
            trasformazione("riga 1: il modello fa troppi passi"),
        ),
        ("<#if true>", trasformazione("riga 1: #if senza </#if>")),
        (
            "ciao",
            trasformazione(
                "il modello non ha prodotto un JSON: JSON non valido: expected value at line 1 column 1",
            ),
        ),
        (" ", trasformazione("il modello non ha prodotto un JSON: No content to map due to end-of-input")),
    ] {
        portale(&app, &sezione(None, Some(modello), None)).await;
        let (stato, corpo) = detto(&bo.post(MODULO, &dati("M1")).await);
        assert_eq!((stato, corpo), atteso, "{modello}");
    }
    // What a template writes is checked as what anybody sends.
    let guasto = SEMPLICE.replace("\"causale\"", "\"causa\"");
    portale(&app, &sezione(None, Some(&guasto), None)).await;
    let (stato, codice, dettaglio) = bo.post(MODULO, &dati("M1")).await.errore();
    assert_eq!((stato, codice.as_str()), (400, "SINTASSI"));
    assert!(dettaglio.contains("causa"), "{dettaglio}");
    // A language that is not there.
    let minijinja = json!({
        "abilitato": true, "trasformazione": { "tipo": "minijinja", "definizione": base64("{{ id }}") }
    });
    portale(&app, &minijinja).await;
    assert_eq!(
        detto(&bo.post(MODULO, &dati("M1")).await),
        trasformazione("linguaggio minijinja non disponibile")
    );
    assert_eq!(bo.get("/pendenze/GESTIONALE/M1").await.stato(), 404);
}

/// Who fills in a form says what he wants in its fields, and no more than that.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_campo_non_scrive_altri_membri(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    portale(&app, &sezione(None, Some(SEMPLICE), None)).await;
    let furbo = "x\", \"importo\": 0.01, \"nome\": \"\\";
    let corpo = json!({ "id": "I1", "nome": furbo, "importo": 10.50 });
    bo.post(MODULO, &corpo).await.con_stato(201);
    let letta = bo.get("/pendenze/GESTIONALE/I1").await.con_stato(200).json();
    assert_eq!((&letta["importo"], &letta["nome"]), (&numero("10.50"), &Value::Null));
    assert_eq!(letta["causale"], format!("Richiesta di {furbo}"));
    let corpo = json!({ "id": "I2\", \"idA2A\": \"ALTRA", "nome": "Anna", "importo": 1 });
    assert_eq!(bo.post(MODULO, &corpo).await.errore().1, "SINTASSI");
}
