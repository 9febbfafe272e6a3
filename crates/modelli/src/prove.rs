use super::*;
use proptest::prelude::*;

/// 2026-03-31T10:05:06.789+02:00.
const ADESSO: i64 = 1_774_944_306_789;

fn esegui(testo: &str, a: &Ambiente<'_>) -> Result<Esito, ErroreModello> {
    Modello::leggi(testo)?.esegui(a, Limiti::default())
}

fn debitore() -> Dato {
    Dato::oggetto([
        ("tipo", Dato::oggetto([("toString", Dato::testo("F")), ("name", Dato::testo("F"))])),
        ("codUnivoco", Dato::testo("RSSMRA30A01H501I")),
        ("ragioneSociale", Dato::testo("Mario Rossi")),
        ("email", Dato::Nullo),
    ])
}

fn ambiente() -> Ambiente<'static> {
    let mut a = Ambiente::nuovo(
        ADESSO,
        [
            ("s", Dato::testo("Comune di Prova")),
            ("vuoto", Dato::testo("")),
            ("nullo", Dato::Nullo),
            ("n", Dato::Numero("1234.5".into())),
            ("i", Dato::Numero("7".into())),
            ("vero", Dato::Vero(true)),
            ("lista", Dato::Lista(vec![Dato::testo("a"), Dato::testo("b"), Dato::testo("c")])),
            ("niente", Dato::Lista(vec![])),
            ("pathParams", Dato::mappa([("idDominio", "12345678901")])),
            (
                "versamento",
                Dato::oggetto([
                    ("importoTotale", Dato::Numero("10.5".into())),
                    ("causaleVersamento", Dato::oggetto([("simple", Dato::testo("Tari"))])),
                    ("anagraficaDebitore", debitore()),
                    ("numeroAvviso", Dato::Nullo),
                ]),
            ),
        ],
    );
    let json = r#"{"soggetto": {"nome": "Anna", "cap": null}, "importo": 10.50, "pagato": false, "voci": [{"id": 1}, {"id": 2}]}"#;
    a.richiesta = serde_json::from_str(json).ok().map(Richiesta);
    a.dominio_di_iban = &|iban| (iban == "IT60X0542811101000000123456").then(|| "12345678901".to_owned());
    a
}

fn rende(testo: &str) -> String {
    match esegui(testo, &ambiente()) {
        Ok(e) => e.testo,
        Err(e) => format!("ERRORE {e}"),
    }
}

#[test]
fn ogni_espressione_del_sottoinsieme() {
    for (modello, atteso) in [
        ("${s}", "Comune di Prova"),
        ("${'a' + \"b\" + 1}", "ab1"),
        ("${1 + 2 * 3 - 4 / 2}", "5"),
        ("${(1 + 2) * 3}", "9"),
        ("${7 % 4}", "3"),
        ("${1 / 3}", "0.333"),
        ("${0.1 + 0.2}", "0.3"),
        ("${-i}", "-7"),
        ("${n}", "1,234.5"),
        ("${1 == 1.0}", "ERRORE riga 1: un valore vero o falso si stampa con ?string(\"si\", \"no\")"),
        ("${(1 == 1.0)?string('si', 'no')}", "si"),
        ("${(s != 'x' && !false || nullo.x)?string}", "true"),
        ("<#if (n > 1000)>si</#if>", "si"),
        ("<#if n gt 1000 && i lte 7>si</#if>", "si"),
        ("<#if n &gt; 1000>si</#if>", "si"),
        ("<#if i >= 3>si</#if>", "ERRORE riga 1: atteso un valore vero o falso, trovato un numero"),
        ("${s[0..5]}|${s[7..]}|${s[0]}|${s[15..]}|${s[3..2]}", "Comune|di Prova|C||"),
        ("${lista[1]}${lista[0..1]?size}", "b2"),
        ("${pathParams[\"idDominio\"]} ${pathParams.idDominio}", "12345678901 12345678901"),
        ("${assente!}|${assente!'d'}|${nullo!\"x\"}|${vuoto!'d'}|${(a.b.c)!'lontano'}", "|d|x||lontano"),
        ("${assente!1 + 2}", "3"),
        ("<#assign x = assente! />[${x}]", "[]"),
        ("<#assign x = assente!>[${x}]", "[]"),
        ("<#assign x = assente! y = 2>[${x}${y}]", "[2]"),
        ("${s???string('si','no')} ${assente???string('si','no')} ${(a.b)???string('si','no')}", "si no no"),
        (
            "${s?length} ${lista?size} ${vuoto?has_content?string} ${s?has_content?string} ${(a.b)?has_content?string}",
            "15 3 false true false",
        ),
        ("${'A1B2'?matches('[A-Z0-9]+')?string} ${'A1b'?matches('[A-Z0-9]+')?string}", "true false"),
        ("${'ab'?matches('a|ab')?string}", "true"),
        ("<#list 'a;b;c'?split(';') as x>${x_index}${x}<#if x_has_next>,</#if></#list>", "0a,1b,2c"),
        ("<#list niente as x>${x}<#else>nessuno</#list>", "nessuno"),
        ("<#list 1..3 as x>${x}</#list><#list 3..1 as x>${x}</#list>", "123321"),
        ("${\"Per ${s}: ${1 + 1}\"}", "Per Comune di Prova: 2"),
        ("${'a\\n\\t\\\"\\x41'}${r'\\n'}", "a\n\t\"A\\n"),
        ("<#assign x>uno ${i}</#assign>${x}", "uno 7"),
        ("<#assign x = 1 y = 'b'><#assign x += 2>${x}${y}", "3b"),
        ("<#if false>a<#elseif i == 7>b<#else>c</#if>", "b"),
        ("a<#-- ${niente.di.tutto} <#if> -->b", "ab"),
        ("${[1, 2] + [3]}", "ERRORE riga 1: una lista non si stampa"),
        ("<#list [1, 2] + [3] as x>${x}</#list>${{'k': 'v'}.k}", "123v"),
        (
            "${s.equals('x')?string} ${s.substring(7)} ${s.substring(0, 6)} ${'  a '.trim()}",
            "false di Prova Comune a",
        ),
        (
            "<#setting locale='it_IT'>${n} <#setting number_format='0.00'>${n} <#setting number_format='computer'>${n}",
            "1.234,5 1234,50 1234.5",
        ),
        (
            "${n?string('#,##0.00')} ${n?string[\"0\"]} ${0.5?string('#.00')} ${0?string('#')} ${0.125?string('0.00')}",
            "1,234.50 1234 .50 0 0.12",
        ),
        ("${vero?string('uno','due')} ${i?string}", "uno 7"),
        ("x > y ${'>'} $ { } # <b>", "x > y > $ { } # <b>"),
    ] {
        assert_eq!(rende(modello), atteso, "{modello}");
    }
}

#[test]
fn gli_oggetti_si_leggono_per_getter_e_per_proprieta() {
    for (modello, atteso) in [
        ("${versamento.importoTotale} ${versamento.getImportoTotale()}", "10.5 10.5"),
        (
            "${versamento.causaleVersamento.getSimple()} ${versamento.getCausaleVersamento().simple}",
            "Tari Tari",
        ),
        (
            "${versamento.getAnagraficaDebitore().getTipo().toString()} ${versamento.anagraficaDebitore.tipo.name()}",
            "F F",
        ),
        ("${versamento.anagraficaDebitore.tipo}", "F"),
        ("<#if versamento.numeroAvviso?has_content>a<#else>b</#if>${versamento.getNumeroAvviso()!'-'}", "b-"),
        ("${versamento.numeroAvviso}", "ERRORE riga 1: versamento.numeroAvviso non e' valorizzato"),
        (
            "${versamento.getNumeroAvviso()}",
            "ERRORE riga 1: versamento.getNumeroAvviso(..) non e' valorizzato",
        ),
        ("${versamento.numeroAvviso.trim()}", "ERRORE riga 1: versamento.numeroAvviso non e' valorizzato"),
        (
            "\n${versamento.getClass().forName('x')}",
            "ERRORE riga 2: metodo getClass non previsto su un oggetto",
        ),
        ("${versamento.pippo???string('si','no')}${versamento.pippo!'x'}", "nox"),
    ] {
        assert_eq!(rende(modello), atteso, "{modello}");
    }
}

#[test]
fn jsonpath_e_nodi() {
    for (modello, atteso) in [
        ("${jsonPath.read('$.soggetto.nome')} ${jsonPath.read(\"$['soggetto']['nome']\")}", "Anna Anna"),
        ("${jsonPath.read('$.importo')} ${jsonPath.read('$.pagato')}", "10.50 false"),
        (
            "${jsonPath.read('$.voci[1].id')} ${jsonPath.read('$.voci[*].id')} ${jsonPath.read('$..id')}",
            "2 [1,2] [1,2]",
        ),
        ("${jsonPath.read('$.voci')}", "[{\"id\":1},{\"id\":2}]"),
        ("${jsonPath.read('$.soggetto.cap')!'nullo'} ${jsonPath.read('$.manca')!'manca'}", "nullo manca"),
        ("${jsonPath.read('$.manca')}", "ERRORE riga 1: jsonPath.read(\"$.manca\") non e' valorizzato"),
        (
            "${jsonPath.read('$.voci[?(@.id==1)]')}",
            "ERRORE riga 1: jsonPath $.voci[?(@.id==1)]: filtro o indice non previsto",
        ),
        (
            "<#assign j = class[\"it.govpay.core.utils.rawutils.JSONUtils\"].getInstance()><#assign n = j.getAsNode(jsonPath.read('$'))>\
             ${n.get('soggetto').get('nome').asText()} ${n.get('importo').asDouble()} ${n.get('importo').asInt()} ${(n.get('x').asText())!'-'}",
            "Anna 10.5 10 -",
        ),
    ] {
        assert_eq!(rende(modello), atteso, "{modello}");
    }
}

#[test]
fn il_calendario_e_quello_di_java() {
    let testa = "<#assign c = class[\"java.util.Calendar\"]><#assign k = c.getInstance()>";
    for (modello, atteso) in [
        ("${date?string('yyyyDDDHHmmssSSS')}", "2026090100506789"),
        ("${new(\"java.util.Date\")?string(\"yyyy-MM-dd'T'HH:mm:ss\")}", "2026-03-31T10:05:06"),
        ("${date?string('d MMMM yyyy, EEEE')}", "31 March 2026, Tuesday"),
        ("<#setting locale='it'>${date?string('d MMM yy')}", "31 mar 26"),
        ("<#assign x = k.add(c.MONTH, 1)!>${k.getTime()?string('yyyy-MM-dd')}", "2026-04-30"),
        ("<#assign x = k.set(c.MONTH, 1)!>${k.getTime()?string('yyyy-MM-dd')}", "2026-03-03"),
        (
            "<#assign x = k.set(c.MONTH, 1)! y = k.set(c.DATE, 1)!>${k.getTime()?string('yyyy-MM-dd')}",
            "2026-02-01",
        ),
        ("<#assign x = k.set(2026, 1, 31)!>${k.getTime()?string('yyyy-MM-dd')}", "2026-03-03"),
        (
            "<#assign x = k.set(c.DAY_OF_MONTH, k.getActualMaximum(c.DAY_OF_MONTH))!>${k.getTime()?string('dd')}",
            "31",
        ),
        ("<#assign x = k.add(c.DATE, -31)!>${k.getActualMaximum(c.DATE)} ${k.getMaximum(c.DATE)}", "28 31"),
        (
            "<#assign x = k.add(c.YEAR, 1)! y = k.set(c.HOUR_OF_DAY, 0)!>${k.getTime()?string('yyyy HH')}",
            "2027 00",
        ),
        ("<#assign x = k.setTime(date)!>${(k.getTime().getTime() == date.getTime())?string}", "true"),
        ("${date.getTime()?string('0')}", "1774944306789"),
        ("<#assign x = k.add(c.YEAR, 99999)!>", "ERRORE riga 1: data fuori dal calendario"),
        (
            "${date}",
            "ERRORE riga 1: una data si stampa con il suo formato, ad esempio ?string(\"yyyy-MM-dd\")",
        ),
    ] {
        assert_eq!(rende(&format!("{testa}{modello}")), atteso, "{modello}");
    }
}

#[test]
fn le_righe_csv() {
    let testa = "<#assign u = class[\"it.govpay.core.utils.CSVUtils\"].getInstance()>\
                 <#assign r = u.getCSVRecord('A, \"b\"\"c\",0.00,\"x,y\",,IT60X0542811101000000123456')>";
    for (modello, atteso) in [
        (
            "${r.get(0)}|${r.get(1)}|${u.toJsonValue(r, 3)}|${u.toJsonValue(r, 4)}|${u.toJsonValue(r, 0, 3)}",
            "A| \"b\"\"c\"|\"x,y\"|null|\"A x,y\"",
        ),
        ("${u.isEmpty(r, 4)?string}${u.isEmpty(r, 99)?string}${u.isEmpty(r, 0)?string}", "truetruefalse"),
        ("${u.isOperazioneAnnullamento(r, 2)?string}${u.isOperazioneAnnullamento(r, 0)?string}", "truefalse"),
        (
            "${u.getCodDominioFromIbanAccredito(r, 0, 5)} ${u.getCodDominioFromIbanAccredito(r, 0)}",
            "\"12345678901\" null",
        ),
        ("${u.toCsv('a', 'b,c', 'd\"e', nullo, '')}", "a,\"b,c\",\"d\"\"e\",,"),
        ("${r.get(9)}", "ERRORE riga 1: il record ha 6 colonne: non c'e' la 9"),
        (
            "<#assign f = class[\"org.apache.commons.csv.CSVFormat\"].newFormat(';').withQuote('\"')>\
             <#assign q = class[\"it.govpay.core.utils.CSVUtils\"].getInstance(f).getCSVRecord('1,2;\"3;4\"')>${q.get(0)} ${q.get(1)}",
            "1,2 3;4",
        ),
        (
            "<#assign d = class[\"it.govpay.core.utils.SimpleDateFormatUtils\"].getInstance()>\
             ${d.getDataAvvisatura('2026-05-01', 'dataAvvisatura')?string('dd/MM/yyyy')}",
            "01/05/2026",
        ),
    ] {
        assert_eq!(rende(&format!("{testa}{modello}")), atteso, "{modello}");
    }
    let e = esegui("<#assign x = context?api.put('tipoOperazione', 'DEL')!><#assign x = context?api.put('avvisatura', false)!/>${context.tipoOperazione}", &ambiente()).unwrap();
    assert_eq!((e.testo.as_str(), e.contesto.get("avvisatura")), ("DEL", Some(&Dato::Vero(false))));
}

#[test]
fn le_righe_di_sole_direttive_non_restano() {
    let modello = "{\n  <#assign x = 1 />\n<#-- commento -->\n  <#if x == 1>\n  \"a\": ${x},\n  </#if>\n\t<#list 1..2 as i>\r\n  ${i}\n  </#list>\n  prima <#if true>dopo</#if>\n}\n";
    assert_eq!(rende(modello), "{\n  \"a\": 1,\n  1\n  2\n  prima dopo\n}\n");
    assert_eq!(rende("<#if true>\na\n</#if>"), "a\n");
    assert_eq!(rende("  ${i}  \n <#assign\n x = 2\n/> \nb"), "  7  \nb");
}

/// A form template in the style of those in use: a date of expiry, a refusal, a JSON.
#[test]
fn un_modello_di_form() {
    let modello = r#"<#assign jsonUtilities = class["it.govpay.core.utils.rawutils.JSONUtils"].getInstance() />
<#assign request = jsonUtilities.getAsNode(jsonPath.read("$")) />
<#assign calendar = class["java.util.Calendar"] />
<#assign now = new("java.util.Date") />
<#assign scadenza = calendar.getInstance() />
<#assign xxx = scadenza.setTime(now)! />
<#assign xxx = scadenza.add(calendar.DAY_OF_MONTH, 30)! />
<#if request.get("importo").asDouble() <= 0>
<#stop "L'importo deve essere positivo" />
</#if>
<#setting number_format="computer">
{
  "idA2A": "FORM",
  "idPendenza": "${now?string("yyyyDDDHHmmssSSS")}",
  "idDominio": "${pathParams["idDominio"]}",
  "causale": "Richiesta di ${request.get("soggetto").get("nome").asText()}",
  "dataScadenza": "${scadenza.getTime()?string("yyyy-MM-dd")}",
  "importo": ${request.get("importo").asDouble()?string["0.00"]}
}
"#;
    let json: serde_json::Value = serde_json::from_str(&rende(modello)).unwrap();
    assert_eq!(
        json.to_string(),
        r#"{"idA2A":"FORM","idPendenza":"2026090100506789","idDominio":"12345678901","causale":"Richiesta di Anna","dataScadenza":"2026-04-30","importo":10.50}"#
    );
    let mut a = ambiente();
    a.richiesta = Some(Richiesta(serde_json::json!({"importo": 0})));
    assert_eq!(esegui(modello, &a), Err(ErroreModello::Fermato("L'importo deve essere positivo".into())));
}

#[test]
fn cio_che_non_e_previsto_si_dice_con_la_riga() {
    for (modello, atteso) in [
        ("a\n<#macro x></#macro>", "riga 2: direttiva #macro non prevista"),
        ("<@x/>", "riga 1: macro <@..> non previste"),
        ("${s?upper_case}", "riga 1: built-in ?upper_case non previsto"),
        (
            "\n\n${class[\"java.lang.Runtime\"].getRuntime().exec('x')}",
            "riga 3: classe java.lang.Runtime non prevista",
        ),
        (
            "${new('freemarker.template.utility.Execute')('id')}",
            "riga 1: new: classe freemarker.template.utility.Execute non prevista",
        ),
        ("${s?new()}", "riga 1: built-in ?new non previsto"),
        ("${s.getBytes()}", "riga 1: metodo getBytes non previsto su un testo"),
        ("${assente}", "riga 1: assente non e' valorizzato"),
        ("${a.b}", "riga 1: a non e' valorizzato"),
        ("<#if i>x</#if>", "riga 1: atteso un valore vero o falso, trovato un numero"),
        ("<#if true>x", "riga 1: #if senza </#if>"),
        ("x\n</#if>", "riga 2: </#if> senza la sua apertura"),
        ("<#if true>\n<#list lista as x>\n</#if>", "riga 2: #list senza </#list>: </#if> alla riga 3"),
        ("<#else>", "riga 1: #else o #elseif fuori da #if"),
        ("${", "riga 1: atteso un'espressione, trovato la fine del modello"),
        ("${s", "riga 1: atteso }, trovato la fine del modello"),
        ("${'s}", "riga 1: testo senza la virgoletta finale"),
        ("<#-- x", "riga 1: commento <#-- senza fine"),
        ("${1 / 0}", "riga 1: divisione per zero"),
        ("${s[99..]}", "riga 1: da 99 a 15: fuori dal testo di 15 caratteri"),
        ("${s == 1}", "riga 1: confronto fra un testo e un numero"),
        ("${'a'?matches('(?=x)')}", "riga 1: espressione regolare [(?=x)] non prevista"),
        ("${'a'?matches('a)|(b')}", "riga 1: espressione regolare [a)|(b] non prevista"),
        ("<#setting time_zone='UTC'>", "riga 1: #setting time_zone non previsto"),
        ("<#stop>", "Modello fermato alla riga 1"),
    ] {
        let errore = esegui(modello, &ambiente()).unwrap_err();
        assert_eq!(errore.to_string(), atteso, "{modello}");
    }
    // A branch never taken does no harm; it is told to who saves the template.
    let m = Modello::leggi("<#if false>\n${s?upper_case}${class[\"java.lang.System\"].exit(0)}\n</#if>ok")
        .unwrap();
    assert_eq!(m.esegui(&ambiente(), Limiti::default()).unwrap().testo, "ok");
    let detti: Vec<String> = m.non_eseguibili().iter().map(ToString::to_string).collect();
    assert_eq!(
        detti,
        ["riga 2: built-in ?upper_case non previsto", "riga 2: classe java.lang.System non prevista"]
    );
}

#[test]
fn ogni_limite_ferma_chi_lo_supera() {
    let poco = Limiti { passi: 2_000, memoria: 64 << 10, uscita: 1_000 };
    let mut raddoppia = "<#assign x='0123456789abcdef'>".to_owned();
    raddoppia.push_str(&"<#assign x = x + x>".repeat(40));
    for (modello, atteso) in [
        (
            "<#list 1..100 as a><#list 1..100 as b><#list 1..100 as c></#list></#list></#list>",
            "il modello fa troppi passi",
        ),
        ("<#list 1..9000000000 as a></#list>", "intervallo troppo lungo"),
        (&raddoppia, "il modello usa troppa memoria"),
        ("<#list 1..200 as a>0123456789</#list>", "il testo prodotto supera 1000 byte"),
        (
            &format!("${{{}1{}}}", "(".repeat(3000), ")".repeat(3000)),
            "espressione con troppi termini uno dentro l'altro",
        ),
        (&format!("${{1{}}}", "+1".repeat(3000)), "espressione con troppi termini uno dentro l'altro"),
        (&format!("${{{}true}}", "!".repeat(3000)), "espressione con troppi termini uno dentro l'altro"),
        (&format!("${{s{}}}", ".a".repeat(3000)), "espressione con troppi termini uno dentro l'altro"),
        (&"<#if true>".repeat(3000), "#if: troppe direttive una dentro l'altra"),
        (
            "${'a'?matches('(((a{1000}){1000}){1000})')}",
            "espressione regolare [(((a{1000}){1000}){1000})] non prevista",
        ),
    ] {
        let e = Modello::leggi(modello).and_then(|m| m.esegui(&ambiente(), poco)).unwrap_err();
        assert!(e.to_string().ends_with(atteso), "{e}");
    }
    assert!(Modello::leggi(&"x".repeat(600_000)).is_err());
}

/// What is within the limits runs, on the stack of any thread.
#[test]
fn fino_al_limite_si_esegue() {
    let blocchi = format!("{}x{}", "<#if true>".repeat(39), "</#if>".repeat(39));
    for (modello, atteso) in [
        (format!("${{{}1{}}}", "(".repeat(55), ")".repeat(55)), "1"),
        (format!("${{1{}}}", "+1".repeat(110)), "111"),
        (format!("${{({}true)?string}}", "!".repeat(100)), "true"),
        (format!("${{s{}?length}}", ".trim()".repeat(50)), "15"),
        (blocchi, "x"),
    ] {
        assert_eq!(rende(&modello), atteso, "{modello}");
    }
}

#[test]
fn un_modello_conservato_e_in_base64() {
    for conservato in ["JHtzfQ==", "\"JHtzfQ==\"", " JHtz\nfQ== "] {
        let m = Modello::da_base64(conservato).unwrap();
        assert_eq!(m.esegui(&ambiente(), Limiti::default()).unwrap().testo, "Comune di Prova");
    }
    assert_eq!(Modello::da_base64("segnaposto!").unwrap_err().to_string(), "il modello non e' in base64");
    assert!(Modello::da_base64("/w==").is_err());
}

/// Pieces of templates, so that texts made of them go deep.
const PEZZI: &[&str] = &[
    "${",
    "}",
    "<#if ",
    "<#else>",
    "</#if>",
    "<#list lista as x>",
    "</#list>",
    "<#assign y = ",
    "/>",
    ">",
    "s",
    "n",
    "versamento",
    ".importoTotale",
    ".getNumeroAvviso()",
    "[0..2]",
    "[1..]",
    "?has_content",
    "?string('0.00')",
    "?length",
    "?split(';')",
    "?matches('a+')",
    "!",
    "??",
    "'a'",
    "1",
    " + ",
    " - ",
    " * ",
    " / ",
    " % ",
    " == ",
    " && ",
    "(",
    ")",
    "\n",
    "<#-- x -->",
    "jsonPath.read('$..id')",
    "class[\"java.util.Calendar\"]",
    ".getInstance()",
    ".add(5, 99999)",
    "<#stop 'x'>",
    "context?api.put('k', s)",
    "<#setting locale='it'>",
    "date?string('yyyy')",
    "è€",
    "[",
    "]",
    "{",
    ":",
    ",",
];

proptest! {
    #[test]
    fn nessun_modello_la_ferma(pezzi in prop::collection::vec(prop::sample::select(PEZZI), 0..24), testo in "\\PC{0,40}") {
        for modello in [pezzi.concat(), testo.clone(), format!("{}{testo}", pezzi.concat())] {
            if let Ok(m) = Modello::leggi(&modello) {
                let _ = m.non_eseguibili();
                let uno = m.esegui(&ambiente(), Limiti::default());
                prop_assert_eq!(&uno, &m.esegui(&ambiente(), Limiti::default()));
                if let Err(e) = uno {
                    prop_assert!(!e.to_string().is_empty() && e.to_string().chars().count() < 400);
                }
            }
        }
    }

    /// A text without signs of the language comes out as it is.
    #[test]
    fn un_testo_senza_segni_resta_com_e(testo in "[^<$]*") {
        prop_assert_eq!(rende(&testo), testo);
    }

    /// A value goes into JSON and comes back.
    #[test]
    fn una_cella_in_json_torna_com_era(cella in "[^\",\r\n\u{feff}]{1,30}") {
        let mut a = ambiente();
        a.variabili.insert("linea".into(), Dato::testo(format!("x,{cella}")));
        let m = "${class[\"it.govpay.core.utils.CSVUtils\"].getInstance().toJsonValue(class[\"it.govpay.core.utils.CSVUtils\"].getInstance().getCSVRecord(linea), 1)}";
        let letto: serde_json::Value = serde_json::from_str(&esegui(m, &a).unwrap().testo).unwrap();
        prop_assert_eq!(letto.as_str().unwrap_or_default(), cella.trim());
    }

    #[test]
    fn i_conti_sono_quelli_dei_centesimi(a in -1_000_000_i64..1_000_000, b in -1_000_000_i64..1_000_000) {
        let due = |n: i64| format!("{}{}.{:02}", if n < 0 { "-" } else { "" }, n.abs() / 100, n.abs() % 100);
        let modello = format!("<#setting number_format='0.00'>${{({}) + ({})}} ${{({}) - ({})}}", due(a), due(b), due(a), due(b));
        let segno = |t: String| if t == "-0.00" { "0.00".to_owned() } else { t };
        prop_assert_eq!(rende(&modello), format!("{} {}", segno(due(a + b)), segno(due(a - b))));
    }

    #[test]
    fn una_riga_csv_scritta_si_rilegge(celle in prop::collection::vec("[ -~è]{0,10}", 1..8)) {
        let f = csv::Formato::default();
        let scritta = f.scrivi(celle.iter().map(String::as_str));
        prop_assert_eq!(f.leggi(&scritta), Some(csv::Riga(celle)));
    }

    /// The calendar agrees with the date library: the last days of a month roll over.
    #[test]
    fn le_date_rotolano(anno in 1970_i16..2100, mese in -30_i64..30, giorno in -60_i64..60) {
        let modello = format!("<#assign k = class['java.util.Calendar'].getInstance()><#assign x = k.set({anno}, {mese}, {giorno}, 12, 0)!>${{k.getTime()?string('yyyy-MM-dd')}}");
        let primo = jiff::civil::date(anno, 1, 1).checked_add(jiff::Span::new().months(mese)).unwrap();
        let atteso = primo.checked_add(jiff::Span::new().days(giorno - 1)).unwrap();
        prop_assert_eq!(rende(&modello), atteso.to_string());
    }
}

/// Who enters a value does not write members: what is printed inside a string stays in it.
#[test]
fn un_valore_in_una_stringa_di_json_resta_in_quella_stringa() {
    let mut a = ambiente();
    a.in_json = true;
    a.variabili.insert("furbo".into(), Dato::testo("x\", \"importo\": 0.01, \"y\": \"\\\n"));
    for (modello, atteso) in [
        ("{\"causale\": \"${furbo}\"}", r#"{"causale": "x\", \"importo\": 0.01, \"y\": \"\\\n"}"#),
        ("{\"a\": \"\\\"${furbo}\"}", r#"{"a": "\"x\", \"importo\": 0.01, \"y\": \"\\\n"}"#),
        (
            "<#assign t>Per ${furbo}</#assign>{\"a\": \"${t}\"}",
            r#"{"a": "Per x\", \"importo\": 0.01, \"y\": \"\\\n"}"#,
        ),
        ("{\"s\": ${jsonPath.read('$.soggetto')}}", r#"{"s": {"nome":"Anna","cap":null}}"#),
        ("{\"s\": \"${s}\", \"n\": ${i}}", r#"{"s": "Comune di Prova", "n": 7}"#),
    ] {
        assert_eq!(esegui(modello, &a).unwrap().testo, atteso, "{modello}");
    }
    // Elsewhere a template writes what it wants.
    a.in_json = false;
    assert_eq!(esegui("\"${furbo}\"", &a).unwrap().testo, "\"x\", \"importo\": 0.01, \"y\": \"\\\n\"");
}
