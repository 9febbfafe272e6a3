// The form that loads a new pendenza.
import { $, chiama, curl, curlPdf, el, esito, linkPdf, mostraCurl, una } from './base.js';
import { scegli } from './paga.js';

let conf;
let numero = 0;
/** The curl line of the notice just loaded. */
let stampa;

const nuovoId = () => `PAGINA-${Date.now().toString(36).toUpperCase()}-${++numero}`;

/** Each field that must be right: what to say when it is not. */
const CAMPI = [
  ['n-causale', 'Manca la causale.'], ['n-importo', "L'importo è un numero con al più due decimali, maggiore di zero."],
  ['n-nome', 'Manca chi paga.'], ['n-cf', 'Manca il codice fiscale di chi paga.'],
  ['n-id', "L'identificativo è fatto di lettere, cifre, - e _."],
];

const importoScritto = () => $('n-importo').value.trim().replace(',', '.');
const importoGiusto = () => /^\d{1,9}(\.\d{1,2})?$/.test(importoScritto()) && Number(importoScritto()) > 0;
const giusto = (id) => $(id).value.trim() !== '' && $(id).checkValidity() && (id !== 'n-importo' || importoGiusto());

/** The first wrong field gets the focus; throws what to say of it. */
function controlla() {
  const sbagliati = CAMPI.filter(([id]) => !giusto(id));
  for (const [id] of CAMPI) $(id).setAttribute('aria-invalid', sbagliati.some(([s]) => s === id) ? 'true' : 'false');
  if (!sbagliati.length) return;
  $(sbagliati[0][0]).focus();
  throw new Error(sbagliati.map(([, testo]) => testo).join(' '));
}

/** The body of API Pendenze v2. Cents are kept as they were typed: two decimals at most. */
function corpo() {
  const importo = importoScritto();
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
  if (CAMPI.every(([id]) => giusto(id))) {
    mostraCurl($('curl-nuova'), [['Caricamento', curl({
      metodo: 'PUT', url: conf.apiPendenze + percorso(), chi: [$('n-a2a').value, conf.passwordApplicazioni], corpo: corpo(),
    })], ...(stampa ? [stampa] : [])]);
  }
}

async function carica(e) {
  e.preventDefault();
  await una($('modulo-nuova').querySelector('button'), async () => {
    controlla();
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
