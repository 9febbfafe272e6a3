// Starts the page and keeps it up to date.
import { $, chiama, quieta } from './base.js';
import * as carica from './carica.js';
import * as ente from './ente.js';
import * as massivo from './massivo.js';
import * as messaggi from './messaggi.js';
import * as notifiche from './notifiche.js';
import * as paga from './paga.js';
import * as pendenze from './pendenze.js';

function diretta(viva, testo) {
  $('diretta').className = viva ? 'diretta viva' : 'diretta';
  $('diretta').lastChild.textContent = testo;
}

const stati = quieta(() => { pendenze.aggiorna(); notifiche.aggiorna(); ente.aggiorna(); });

function arrivati(scambi) {
  for (const m of messaggi.aggiungi(scambi)) {
    if (m.operazione === 'notificaRicevuta' || m.operazione === 'notifyPagamento') notifiche.arrivata(m);
  }
  stati();
}

async function tutto() {
  try {
    messaggi.aggiungi(await chiama('GET', `/simulatore/messaggi?dopo=${messaggi.ultimo}`));
  } catch { return; }
  stati();
}

function ascolta() {
  const flusso = new EventSource('/simulatore/eventi');
  flusso.addEventListener('open', () => { diretta(true, 'In diretta'); tutto(); });
  flusso.addEventListener('error', () => {
    diretta(false, 'Collegamento perso, riprovo…');
    // The browser gives up by itself when the answer is not a stream.
    if (flusso.readyState === EventSource.CLOSED) setTimeout(ascolta, 3000);
  });
  flusso.addEventListener('messaggio', (e) => arrivati([JSON.parse(e.data)]));
  flusso.addEventListener('guasto', (e) => ente.mostra(JSON.parse(e.data)));
  flusso.addEventListener('pendenze', stati);
  flusso.addEventListener('persi', tutto);
}

$('chiudi').addEventListener('click', () => $('dettaglio').close());
paga.avvia();
ente.avvia();
messaggi.avvia();
try {
  const conf = await chiama('GET', '/simulatore/configurazione');
  pendenze.avvia(conf);
  carica.avvia(conf);
  massivo.avvia(conf);
  notifiche.avvia(conf);
  ascolta();
} catch (e) {
  diretta(false, e.message);
}
