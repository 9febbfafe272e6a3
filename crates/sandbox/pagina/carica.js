// The form that loads a new pendenza.
import { $, chiama, curl, curlPdf, el, esito, linkPdf, mostraCurl, una } from './base.js';
import { scegli } from './paga.js';

let conf;
let numero = 0;
/** The curl line of the notice just loaded. */
let stampa;

const nuovoId = () => `PAGINA-${Date.now().toString(36).toUpperCase()}-${++numero}`;

/** The body of API Pendenze v2. Cents are kept as they were typed: two decimals at most. */
function corpo() {
  const importo = $('n-importo').value.trim().replace(',', '.');
  if (!/^\d{1,9}(\.\d{1,2})?$/.test(importo) || Number(importo) <= 0) throw new Error("L'importo è un numero con al più due decimali, maggiore di zero.");
  for (const [id, nome] of [['n-causale', 'la causale'], ['n-nome', 'chi paga'], ['n-cf', 'il codice fiscale'], ['n-id', "l'identificativo"]]) {
    if (!$(id).checkValidity()) { $(id).focus(); throw new Error(`Manca o non va bene: ${nome}.`); }
  }
  const causale = $('n-causale').value.trim();
  const v = {
    idDominio: conf.dominio, idTipoPendenza: 'TARI', causale,
    soggettoPagatore: { tipo: 'F', identificativo: $('n-cf').value.trim().toUpperCase(), anagrafica: $('n-nome').value.trim() },
    importo: Number(importo),
    voci: [{ idVocePendenza: '1', importo: Number(importo), descrizione: causale, codEntrata: 'TARI' }],
  };
  if ($('n-scadenza').value) v.dataScadenza = $('n-scadenza').value;
  return v;
}

const percorso = () => `/pendenze/${$('n-a2a').value}/${encodeURIComponent($('n-id').value.trim())}`;

function aggiornaCurl() {
  try {
    mostraCurl($('curl-nuova'), [['Caricamento', curl({
      metodo: 'PUT', url: conf.apiPendenze + percorso(), chi: [$('n-a2a').value, conf.passwordApplicazioni], corpo: corpo(),
    })], ...(stampa ? [stampa] : [])]);
  } catch { /* the form is not complete yet */ }
}

async function carica(e) {
  e.preventDefault();
  await una($('modulo-nuova').querySelector('button'), async () => {
    const fatta = await chiama('PUT', `/simulatore${percorso()}`, corpo());
    esito($('esito-nuova'), 'bene',
      el('p', {}, el('strong', {}, 'Caricata. '), 'Numero avviso ', el('span', { class: 'numero' }, fatta.numeroAvviso), ', già pronto nel modulo di pagamento.'),
      el('p', {}, linkPdf(conf.dominio, fatta.numeroAvviso, $('n-id').value)));
    stampa = ['Avviso in PDF', curlPdf(conf, $('n-a2a').value, conf.dominio, fatta.numeroAvviso)];
    scegli(fatta.numeroAvviso, conf.dominio);
    $('n-id').value = nuovoId();
    aggiornaCurl();
  }, (t) => esito($('esito-nuova'), 'male', t));
}

export function avvia(c) {
  conf = c;
  $('n-id').value = nuovoId();
  $('n-scadenza').min = conf.oggi;
  $('modulo-nuova').addEventListener('submit', carica);
  $('modulo-nuova').addEventListener('input', aggiornaCurl);
  aggiornaCurl();
}
