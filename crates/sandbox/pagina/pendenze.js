// The list of the demo pendenze with their present state.
import { $, apri, chiama, curl, curlPdf, el, etichetta, euro, giorno, linkPdf } from './base.js';
import { scegli } from './paga.js';

let conf;
let scelta = '';

async function dettaglio(p) {
  const percorso = `/pendenze/${p.idA2A}/${p.idPendenza}`;
  const comando = curl({ url: conf.apiPendenze + percorso, chi: [p.idA2A, conf.passwordApplicazioni] });
  let testo;
  try { testo = JSON.stringify(await chiama('GET', `/simulatore${percorso}`), null, 2); } catch (e) { testo = e.message; }
  apri(`${p.idA2A} / ${p.idPendenza}`, [
    ['Comando curl', comando], ['Risposta del gateway', testo],
    ['Comando curl dell\'avviso in PDF', curlPdf(conf, p.idA2A, p.idDominio, p.numeroAvviso)],
  ]);
}

function scheda(p) {
  const nome = `${p.idA2A}/${p.idPendenza}`;
  return el('li', { class: nome === scelta ? 'scelta' : '', 'data-pendenza': nome },
    el('h3', {}, p.causale ?? p.idPendenza),
    el('span', { class: 'importo' }, euro(p.importo)),
    el('p', {}, `${nome}: ${p.mostra}${p.dataScadenza ? ` (scadenza ${giorno(p.dataScadenza)})` : ''}`),
    el('p', {}, 'Avviso ', el('span', { class: 'numero' }, p.numeroAvviso)),
    el('div', { class: 'lato' }, etichetta(p.stato)),
    el('div', { class: 'azioni' },
      el('button', { type: 'button', class: 'primario piccolo', 'aria-label': `Scegli ${p.idPendenza}`, 'data-azione': 'scegli', onclick: () => prendi(p) }, 'Scegli'),
      el('button', { type: 'button', class: 'secondario piccolo', 'aria-label': `Leggi la pendenza ${p.idPendenza}`, 'data-azione': 'leggi', onclick: () => dettaglio(p) }, 'Leggi'),
      // The gateway has nothing to print until it has asked the ente.
      p.stato === 'NON_CARICATA' || !p.numeroAvviso ? '' : linkPdf(p.idDominio, p.numeroAvviso, p.idPendenza)));
}

function prendi(p) {
  scelta = `${p.idA2A}/${p.idPendenza}`;
  for (const li of $('elenco-pendenze').children) li.classList.toggle('scelta', li.dataset.pendenza === scelta);
  scegli(p.numeroAvviso, p.idDominio);
  $('paga').scrollIntoView({ block: 'nearest' });
  $('verifica').focus();
}

/** Reads the list again. Keeps the focus on the button that had it. */
export async function aggiorna() {
  let righe;
  try { righe = await chiama('GET', '/simulatore/pendenze'); } catch { return; }
  const attivo = document.activeElement;
  const dove = attivo?.closest('#elenco-pendenze > li')?.dataset.pendenza;
  const azione = attivo?.dataset?.azione;
  $('elenco-pendenze').replaceChildren(...righe.map(scheda));
  if (dove) {
    [...$('elenco-pendenze').children].find((li) => li.dataset.pendenza === dove)
      ?.querySelector(`[data-azione="${azione}"]`)?.focus();
  }
}

export function avvia(c) { conf = c; }
