// What the gateway sent, or still has to send, to the management system.
import { $, chiama, curl, el, etichetta, esito, istante, mostraCurl } from './base.js';

let attese = [];

function scheda(n) {
  const aspetta = n.stato === 'DA_SPEDIRE' && n.dataProssimaSpedizione;
  const conto = aspetta ? el('strong', { 'data-quando': String(istante(n.dataProssimaSpedizione)) }) : '';
  return el('li', {},
    el('h3', {}, `${n.tipo === 'RICEVUTA' ? 'Ricevuta' : n.tipo} per ${n.idA2A}`),
    el('span', { class: 'importo' }, etichetta(n.stato)),
    el('p', {}, 'IUV ', el('span', { class: 'numero' }, n.iuv ?? ''), `, ${n.numeroTentativi ? `tentativi falliti ${n.numeroTentativi}, ` : ''}${n.stato === 'SPEDITA' ? 'consegnata' : 'aggiornata'} alle ${n.dataUltimoAggiornamento.slice(11, 19)}`,
      n.descrizioneStato ? `: ${n.descrizioneStato}` : ''),
    aspetta ? el('p', {}, `Prossimo tentativo alle ${n.dataProssimaSpedizione.slice(11, 19)} `, conto) : '');
}

function conta() {
  for (const e of attese) {
    const s = Math.round((Number(e.dataset.quando) - Date.now()) / 1000);
    e.textContent = s > 0 ? `(tra ${s >= 60 ? `${Math.floor(s / 60)} min ` : ''}${s % 60} s)` : '(adesso)';
  }
}

/** Reads the list again. */
export async function aggiorna() {
  let righe;
  try { righe = await chiama('GET', '/simulatore/notifiche'); } catch { return; }
  $('elenco-notifiche').replaceChildren(...(righe.length ? righe.map(scheda) : [el('li', { class: 'vuoto' }, 'Nessuna notifica: paga un avviso.')]));
  attese = [...$('elenco-notifiche').querySelectorAll('[data-quando]')];
  conta();
}

/** Says that a notification has just arrived at the demo ente. */
export function arrivata(m) {
  const bene = m.stato >= 200 && m.stato < 300;
  esito($('annuncio'), bene ? 'bene' : 'male',
    `${m.data.slice(11, 19)}: ${bene ? 'notifica arrivata al gestionale' : 'la notifica è partita ma il gestionale non l\'ha presa'}` +
    `${m.numeroAvviso ? `, avviso ${m.numeroAvviso}` : ''} (${m.stato ? `risposta ${m.stato}` : 'nessuna risposta valida'}).`);
}

export function avvia(conf) {
  mostraCurl($('curl-notifiche'), [
    ['Notifiche nel gateway', curl({ url: `${conf.apiBackoffice}/notifiche`, chi: [conf.amministratore.utente, conf.amministratore.password] })],
    ['Notifiche arrivate al gestionale', curl({ url: `${location.origin}/simulatore/ente/notifiche` })],
  ]);
  setInterval(conta, 1000);
  setInterval(() => { if (attese.length && !document.hidden) aggiorna(); }, 10000);
}
