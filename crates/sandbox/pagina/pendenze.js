// The list of the demo pendenze with their present state.
import { $, apri, chiama, curl, curlDocumento, curlPdf, el, etichetta, euro, giorno, linkDocumento, linkPdf } from './base.js';
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
    ...(p.documento ? [['Comando curl del documento in PDF', curlDocumento(conf, p.idA2A, p.idDominio, p.documento)]] : []),
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
      p.stato === 'NON_CARICATA' || !p.numeroAvviso ? '' : linkPdf(p.idDominio, p.numeroAvviso, p.idPendenza),
      p.documento ? linkDocumento(p.idA2A, p.idDominio, p.documento, p.idPendenza) : ''));
}

function prendi(p) {
  scelta = `${p.idA2A}/${p.idPendenza}`;
  for (const li of $('elenco-pendenze').children) li.classList.toggle('scelta', li.dataset.pendenza === scelta);
  scegli(p.numeroAvviso, p.idDominio);
  $('verifica').focus();
}

/** What is on the page: name of the pendenza, its row as it was read, its element. */
const mostrate = new Map();

/** Says which pendenze have changed state since the list was read last. */
function annuncia(righe) {
  const cambi = righe.filter((p) => {
    const prima = mostrate.get(`${p.idA2A}/${p.idPendenza}`);
    return prima && prima.stato !== p.stato;
  });
  if (cambi.length) {
    $('annuncio-pendenze').textContent = cambi.map((p) => `${p.causale ?? p.idPendenza}: ${etichetta(p.stato).textContent}`).join('. ');
  }
  return new Set(cambi);
}

/** Reads the list again. Rows that are as they were stay, so that focus and reading position do. */
export async function aggiorna() {
  let righe;
  try { righe = await chiama('GET', '/simulatore/pendenze'); } catch { return; }
  const cambi = annuncia(righe);
  const attivo = document.activeElement;
  const dove = attivo?.closest('#elenco-pendenze > li')?.dataset.pendenza;
  const elementi = righe.map((p) => {
    const nome = `${p.idA2A}/${p.idPendenza}`;
    const testo = JSON.stringify(p);
    if (mostrate.get(nome)?.testo !== testo) mostrate.set(nome, { testo, stato: p.stato, li: scheda(p) });
    const { li } = mostrate.get(nome);
    if (cambi.has(p)) li.classList.add('cambiata');
    return li;
  });
  const elenco = $('elenco-pendenze');
  if (elementi.length !== elenco.children.length || elementi.some((li, i) => li !== elenco.children[i])) elenco.replaceChildren(...elementi);
  if (dove && document.activeElement !== attivo) {
    elementi.find((li) => li.dataset.pendenza === dove)?.querySelector(`[data-azione="${attivo.dataset.azione}"]`)?.focus();
  }
}

export function avvia(c) { conf = c; }
