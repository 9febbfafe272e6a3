// The switch of the misbehaving ente.
import { $, chiama, curl, el, esito, mostraCurl, una } from './base.js';

const GUASTI = [
  ['NESSUNO', 'Si comporta bene', 'Risponde subito e bene.'],
  ['LENTO', 'Risponde in ritardo', 'Risponde bene, ma dopo il tempo che scegli.'],
  ['MUTO', 'Non risponde mai', 'Tiene aperta la connessione per un minuto, senza dire nulla.'],
  ['TRONCA', 'Interrompe la risposta', 'Chiude la connessione a metà della risposta.'],
  ['STATO', 'Risponde un errore HTTP', 'Per esempio 500 o 503: la notifica si ritenta.'],
  ['HTML', 'Risponde una pagina HTML', 'Stato 200, ma una pagina di manutenzione al posto del JSON.'],
  ['SPAZZATURA', 'Risponde byte senza senso', 'Stato 200, ma né JSON né testo.'],
  ['ALTRA_PENDENZA', "Risponde di un'altra pendenza", 'Alle verifiche risponde bene, ma di qualcos\'altro.'],
];

function corpo() {
  const v = { guasto: $('g-tipo').value };
  if (v.guasto === 'LENTO') v.millis = Number($('g-millis').value);
  if (v.guasto === 'STATO') v.stato = Number($('g-stato').value);
  if (v.guasto !== 'NESSUNO' && $('g-volte').value) v.volte = Number($('g-volte').value);
  return v;
}

function cambiato() {
  const tipo = $('g-tipo').value;
  $('g-spiega').textContent = GUASTI.find(([v]) => v === tipo)[2];
  $('campo-millis').hidden = tipo !== 'LENTO';
  $('campo-stato').hidden = tipo !== 'STATO';
  $('campo-volte').hidden = tipo === 'NESSUNO';
  mostraCurl($('curl-guasto'), [['Guasto', curl({ metodo: 'PUT', url: `${location.origin}/simulatore/ente/guasto`, corpo: corpo() })]]);
}

/** Shows the present setting. */
export function mostra(v) {
  const nome = GUASTI.find(([g]) => g === v.guasto)?.[1] ?? v.guasto;
  const come = [v.millis !== undefined ? `${v.millis} ms` : '', v.stato ? `stato ${v.stato}` : '', v.volte ? `ancora ${v.volte} volte` : ''].filter(Boolean).join(', ');
  const testo = `Adesso: ${nome}${come ? ` (${come})` : ''}.`;
  if ($('stato-guasto').textContent !== testo) esito($('stato-guasto'), v.guasto === 'NESSUNO' ? '' : 'male', testo);
}

export async function aggiorna() {
  try { mostra(await chiama('GET', '/simulatore/ente/guasto')); } catch { /* the connection says it */ }
}

export function avvia() {
  $('g-tipo').append(...GUASTI.map(([v, nome]) => el('option', { value: v }, nome)));
  $('modulo-guasto').addEventListener('input', cambiato);
  $('modulo-guasto').addEventListener('submit', (e) => {
    e.preventDefault();
    una(e.submitter ?? $('g-tipo'), async () => mostra(await chiama('PUT', '/simulatore/ente/guasto', corpo())),
      (t) => esito($('stato-guasto'), 'male', t));
  });
  cambiato();
}
