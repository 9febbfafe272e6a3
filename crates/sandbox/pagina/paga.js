// Verification and payment of a notice.
import { $, chiama, curl, el, esito, euro, giorno, mostraCurl, una } from './base.js';
import * as lettore from './lettore.js';

const ESITI = [
  ['OK', 'Pagato', 'Verifica, attivazione, ricevuta: tutto va bene.'],
  ['KO', 'Rifiutato al PSP', 'Chi paga viene respinto: verifica e attivazione, nessuna ricevuta.'],
  ['RICEVUTA_KO', 'Ricevuta negativa', 'Arriva una ricevuta con esito KO: il gateway la rifiuta.'],
  ['STAND_IN', 'Stand-in', 'pagoPA incassa senza chiedere: una ricevuta senza attivazione.'],
  ['TIMEOUT', 'Risposta persa', 'La risposta alla ricevuta va persa: il Nodo la rimanda e scopre che è doppia.'],
  ['DOPPIO', 'Pagato due volte', 'Due attivazioni e due ricevute: la pendenza diventa anomala.'],
];

/** The due date that the gateway tells when there is none. */
const MAI = '2999-12-31';

const SINTESI = {
  PAGATO: ['bene', 'Pagato.'], VERIFICATO: ['', 'La banca vede:'],
  RIFIUTATO_DAL_PSP: ['male', 'Rifiutato al PSP: nessuna ricevuta, la pendenza resta da pagare.'],
  RICEVUTA_RIFIUTATA: ['male', 'Il gateway ha rifiutato la ricevuta.'], NON_PAGATO: ['male', 'Non pagato.'],
  RIFIUTATO_DALL_ENTE: ['male', "L'avviso non si può pagare: il gateway l'ha rifiutato."],
  PAGATO_DUE_VOLTE: ['bene', 'Pagato due volte: la pendenza è anomala.'],
};

/** Reads what was typed: 18 digits, or the text of the QR. */
export function leggiAvviso(testo) {
  const t = testo.trim();
  if (/^PAGOPA\|/i.test(t)) {
    const [, versione, numero, dominio, importo] = t.split('|');
    if (versione !== '002' || !/^\d{18}$/.test(numero ?? '') || !/^\d{11}$/.test(dominio ?? '') || !/^\d{2,11}$/.test(importo ?? '')) {
      throw new Error('Il testo del QR non è PAGOPA|002|avviso|ente|importo.');
    }
    return { numero, dominio };
  }
  const numero = t.replace(/\s/g, '');
  if (!/^\d{18}$/.test(numero)) throw new Error('Il numero avviso è fatto di 18 cifre.');
  return { numero };
}

function richiesta(come) {
  return { idDominio: $('p-dominio').value.trim(), numeroAvviso: $('p-avviso').value.replace(/\s/g, ''), ...(come === 'OK' ? {} : { esito: come }) };
}

const scelto = () => document.querySelector('#esiti input:checked').value;

function aggiornaCurl() {
  const url = `${location.origin}/simulatore/pagamenti`;
  mostraCurl($('curl-paga'), [
    ['Verifica', curl({ url, corpo: richiesta('VERIFICA') })],
    ['Pagamento', curl({ url, corpo: richiesta(scelto()) })],
    ['Lettura di un codice QR', curl({ altro: ['-H', "'Content-Type: image/png'", '--data-binary', '@foto.png'], url: `${location.origin}/simulatore/qr` })],
  ]);
}

/** Puts a notice in the form. */
export function scegli(numero, dominio) {
  $('p-avviso').value = numero;
  if (dominio) $('p-dominio').value = dominio;
  controlla(false);
  esito($('esito-verifica'), '');
  esito($('esito-paga'), '');
  aggiornaCurl();
}

/** Writes what is wrong with a field under it; an empty text clears it. */
function segna(campo, testo) {
  $(`e-${campo}`).textContent = testo;
  $(`p-${campo}`).setAttribute('aria-invalid', testo ? 'true' : 'false');
}

/** Checks both fields. `parla`: says what is wrong; `vai`: moves to the first that is. */
function controlla(parla = true, vai = parla) {
  let [avviso, dominio] = ['', ''];
  try {
    const a = leggiAvviso($('p-avviso').value);
    $('p-avviso').value = a.numero;
    if (a.dominio) $('p-dominio').value = a.dominio;
  } catch (e) { avviso = e.message; }
  if (!/^\d{11}$/.test($('p-dominio').value.trim())) dominio = "Il codice fiscale dell'ente è fatto di 11 cifre.";
  segna('avviso', parla ? avviso : '');
  segna('dominio', parla ? dominio : '');
  if (vai && (avviso || dominio)) $(avviso ? 'p-avviso' : 'p-dominio').focus();
  return !avviso && !dominio;
}

function mostra(dove, fatto) {
  const [classe, testo] = SINTESI[fatto.esito] ?? ['', fatto.esito];
  const visto = fatto.passi.find((p) => p.importo);
  esito(dove, classe,
    el('p', {}, el('strong', {}, testo)),
    visto ? el('div', { class: 'vista' }, el('strong', {}, euro(visto.importo)),
      el('span', {}, `${visto.causale}. ${visto.ente}${visto.scadenza && visto.scadenza !== MAI ? `, da pagare entro il ${giorno(visto.scadenza)}` : ''}`)) : '',
    el('ol', { class: 'passi' }, ...fatto.passi.map((p) => el('li', {}, el('code', {}, p.operazione),
      el('span', { class: `etichetta ${p.esito === 'OK' ? 'bene' : 'male'}` }, p.esito),
      [p.codice, p.descrizione].filter(Boolean).join(': ')))));
}

async function esegui(come, bottone) {
  if (!controlla()) return;
  aggiornaCurl();
  const dove = $(come === 'VERIFICA' ? 'esito-verifica' : 'esito-paga');
  await una(bottone, async () => {
    esito(dove, '', 'In corso…');
    mostra(dove, await chiama('POST', '/simulatore/pagamenti', richiesta(come)));
  }, (t) => esito(dove, 'male', t));
  dove.scrollIntoView({ block: 'nearest' });
}

/** A code was read somewhere: a notice goes into the form. */
function letto(testo) {
  try {
    const a = leggiAvviso(testo);
    scegli(a.numero, a.dominio);
    esito($('esito-lettore'), 'bene', `Letto l'avviso ${a.numero}.`);
    $('verifica').focus();
  } catch {
    esito($('esito-lettore'), 'male', 'È un codice QR, ma non di un avviso pagoPA.');
  }
}

export function avvia() {
  $('esiti').append(...ESITI.map(([v, nome, spiega], i) => el('div', {},
    el('input', { type: 'radio', name: 'esito', id: `esito-${v}`, value: v, checked: i === 0, 'aria-describedby': `spiega-${v}` }),
    el('span', {}, el('label', { for: `esito-${v}` }, nome), el('small', { id: `spiega-${v}` }, spiega)))));
  $('esiti').addEventListener('change', aggiornaCurl);
  $('p-avviso').addEventListener('change', () => { if (controlla(true, false)) aggiornaCurl(); });
  $('p-dominio').addEventListener('change', aggiornaCurl);
  $('verifica').addEventListener('click', (e) => esegui('VERIFICA', e.currentTarget));
  $('modulo-paga').addEventListener('submit', (e) => { e.preventDefault(); esegui(scelto(), e.submitter ?? $('verifica')); });
  lettore.avvia(letto, (classe, testo) => esito($('esito-lettore'), classe, testo));
  aggiornaCurl();
}
