//! Calls to the operations of an API, good ones and bad ones, and the answers they got.

use super::{Api, Contratto, conforme, pubblicati};
use http::Method;
use serde_json::{Value, json};
use testkit::{Backend, Cliente, Risposta, TestApp};

/// A call that was made.
pub(super) struct Chiamata {
    pub(super) metodo: &'static str,
    pub(super) percorso: String,
    pub(super) risposta: Risposta,
}

/// Makes calls and keeps their answers.
pub(super) struct Scena {
    pub(super) app: TestApp,
    pub(super) cliente: Cliente,
    api: &'static Api,
    contratto: Contratto,
    fatte: Vec<Chiamata>,
}

impl Scena {
    /// An empty gateway, called as [`Api::chi`].
    pub(super) async fn nuova(backend: Backend, api: &'static Api) -> Self {
        let app = TestApp::con(backend, api.configura).await;
        let cliente = app.cliente(api.base).come(api.chi.0, api.chi.1);
        let contratto = api.contratto(&app).await;
        Self { app, cliente, api, contratto, fatte: Vec::new() }
    }

    /// Each operation has answered, as our document says, and as the published one says.
    pub(super) fn giudica(&self) {
        let mut sbagli = conforme::copertura(&self.contratto, &self.fatte);
        let nostri = conforme::giudizi(&self.contratto, &self.fatte);
        sbagli.extend(nostri.into_iter().map(|g| format!("nostro {g}")));
        match pubblicati::leggi(self.api.nome) {
            None => println!("saltato il confronto con {}.yaml: il riferimento non c'e'", self.api.nome),
            Some(loro) => sbagli.extend(pubblicati::confronta(self.api, &self.contratto, &loro, &self.fatte)),
        }
        assert!(sbagli.is_empty(), "{}:\n{}", self.api.nome, sbagli.join("\n"));
    }

    /// A call, with a body or without.
    pub(super) async fn chiama(
        &mut self,
        metodo: &'static str,
        percorso: &str,
        corpo: Option<&Value>,
    ) -> &Risposta {
        let m = verbo(metodo);
        let risposta = match corpo {
            Some(c) => self.cliente.json(m, percorso, c).await,
            None => self.cliente.manda(self.cliente.richiesta(m, percorso)).await,
        };
        self.tieni(metodo, percorso, risposta)
    }

    /// An answer that was got otherwise.
    pub(super) fn tieni(&mut self, metodo: &'static str, percorso: &str, risposta: Risposta) -> &Risposta {
        self.fatte.push(Chiamata { metodo, percorso: percorso.to_owned(), risposta });
        &self.fatte.last().unwrap().risposta
    }

    /// A GET in one form.
    pub(super) async fn ottiene(&mut self, percorso: &str, accept: &str) {
        let r = self.cliente.richiesta(Method::GET, percorso).header("Accept", accept);
        let risposta = self.cliente.manda(r).await;
        self.tieni("get", percorso, risposta);
    }

    /// Created, replaced, read; then nonsense, somebody without credentials, something unknown.
    pub(super) async fn entita(&mut self, percorso: &str, ignoto: &str, corpo: &Value, pieno: &Value) {
        for c in [corpo, pieno] {
            let r = self.chiama("put", percorso, Some(c)).await;
            assert!(matches!(r.stato(), 200 | 201), "PUT {percorso}: {} {}", r.stato(), r.testo());
            let r = self.chiama("get", percorso, None).await;
            assert_eq!(r.stato(), 200, "{percorso}: {}", r.testo());
        }
        self.chiama("put", percorso, Some(&json!({ "zz_ignoto": 1 }))).await;
        self.chiama("put", percorso, Some(&json!([]))).await;
        self.chiama("get", ignoto, None).await;
        self.chiama("get", &format!("{percorso}%20%C2%A7"), None).await;
        self.anonimo("get", percorso).await;
    }

    /// A list whole, in pages, counted, uncounted, and asked badly.
    pub(super) async fn elenco(&mut self, percorso: &str) {
        let code =
            ["", "?risultatiPerPagina=1&metadatiPaginazione=false", "?risultatiPerPagina=0", "?pagina=0"];
        for coda in code {
            self.chiama("get", &format!("{percorso}{coda}"), None).await;
        }
        self.anonimo("get", percorso).await;
    }

    /// A call without credentials.
    pub(super) async fn anonimo(&mut self, metodo: &'static str, percorso: &str) {
        let c = self.cliente.anonimo();
        let risposta = c.manda(c.richiesta(verbo(metodo), percorso)).await;
        self.tieni(metodo, percorso, risposta);
    }

    /// A body with every member that our document knows, and some of them changed (null: left out).
    pub(super) fn pieno(&self, schema: &str, cambi: &Value) -> Value {
        let c = &self.contratto;
        let mut v = super::documento::campione(c, &c.radice["components"]["schemas"][schema]);
        let o = v.as_object_mut().unwrap();
        o.extend(cambi.as_object().cloned().unwrap_or_default());
        o.retain(|_, v| !v.is_null());
        v
    }
}

fn verbo(metodo: &str) -> Method {
    Method::from_bytes(metodo.to_uppercase().as_bytes()).unwrap()
}
