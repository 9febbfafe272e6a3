// The exchanges, newest first.
import { $, apri, chiama, curl, el, mostraCurl, ora } from './base.js';

/** Rows that the page keeps. */
const MASSIMO = 100;
const NOMI = { 'nodo -> govpay': 'Nodo → GovPay', 'govpay -> ente': 'GovPay → ente', 'ente -> govpay': 'Ente → GovPay' };

/** Number of the newest exchange shown. */
export let ultimo = 0;

async function leggi(m) {
  try {
    const v = await chiama('GET', `/simulatore/messaggi/${m.id}`);
    apri(`${v.operazione}, ${ora(v.data)}`, [
      ['Scambio', `${NOMI[v.direzione] ?? v.direzione}\n${v.richiesta}\nRisposta: ${v.stato ?? 'nessuna'}, ${v.durataMillis} ms`],
      ['Richiesta', v.corpoRichiesta], ['Risposta', v.corpoRisposta],
    ]);
  } catch (e) {
    apri(m.operazione, [['Errore', e.message]]);
  }
}

function riga(m) {
  const bene = m.stato >= 200 && m.stato < 300;
  return el('li', {}, el('button', { type: 'button', onclick: () => leggi(m) },
    el('span', { class: 'numero' }, ora(m.data)),
    el('span', {}, NOMI[m.direzione] ?? m.direzione),
    el('strong', {}, m.operazione),
    el('span', { class: `etichetta ${bene ? 'bene' : 'male'}` }, m.stato ? `HTTP ${m.stato}` : 'nessuna risposta'),
    el('span', { class: 'durata' }, `${m.durataMillis} ms`)));
}

/** Adds exchanges, oldest first; those already shown are left out. */
export function aggiungi(scambi) {
  const nuovi = scambi.filter((m) => m.id > ultimo);
  if (!nuovi.length) return [];
  ultimo = nuovi.at(-1).id;
  const elenco = $('elenco-messaggi');
  elenco.querySelector('.vuoto')?.remove();
  elenco.prepend(...nuovi.slice(-MASSIMO).map(riga).reverse());
  while (elenco.children.length > MASSIMO) elenco.lastElementChild.remove();
  return nuovi;
}

export function avvia() {
  mostraCurl($('curl-messaggi'), [['Scambi', curl({ url: `${location.origin}/simulatore/messaggi?dopo=0` })]]);
}
