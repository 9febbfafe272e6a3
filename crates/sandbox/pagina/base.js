// What every part of the page uses: elements without HTML text, calls, formats, curl lines.

export const $ = (id) => document.getElementById(id);

/** An element. Texts are always texts: nothing that comes from outside is read as HTML. */
export function el(nome, attributi = {}, ...figli) {
  const e = document.createElement(nome);
  for (const [k, v] of Object.entries(attributi)) {
    if (k.startsWith('on')) e.addEventListener(k.slice(2), v);
    else if (v !== false && v !== undefined) e.setAttribute(k, v === true ? '' : v);
  }
  e.append(...figli.filter((f) => f !== undefined && f !== null && f !== ''));
  return e;
}

/** Calls the sandbox with a value, sent as JSON, or with a picture. Throws an Error with a sentence for the person. */
export async function chiama(metodo, percorso, corpo) {
  const immagine = corpo instanceof Blob;
  let r;
  try {
    r = await fetch(percorso, {
      method: metodo,
      headers: corpo === undefined ? {} : { 'Content-Type': immagine ? corpo.type : 'application/json' },
      body: corpo === undefined || immagine ? corpo : JSON.stringify(corpo),
    });
  } catch {
    throw new Error('La sandbox non risponde: è ancora accesa?');
  }
  const testo = await r.text();
  let v = null;
  try { v = JSON.parse(testo); } catch { /* not JSON: the status says enough */ }
  if (!r.ok) {
    throw new Error(v?.errore || [v?.descrizione, v?.dettaglio].filter(Boolean).join(': ') || `Errore HTTP ${r.status}`);
  }
  return v;
}

const VALUTA = new Intl.NumberFormat('it-IT', { style: 'currency', currency: 'EUR' });
export const euro = (v) => (v === undefined || v === null || v === '' ? '' : VALUTA.format(Number(v)));
export const giorno = (iso) => (iso ? iso.slice(0, 10).split('-').reverse().join('/') : '');
export const ora = (iso) => iso.slice(11, 23);
/** An instant of the gateway, `...+0100`, for the browser. */
export const istante = (iso) => Date.parse(iso.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));

const STATI = {
  NON_ESEGUITA: ['Da pagare', 'attesa'], ESEGUITA: ['Pagata', 'bene'], ESEGUITA_PARZIALE: ['Pagata in parte', 'attesa'],
  ANNULLATA: ['Annullata', 'male'], SCADUTA: ['Scaduta', 'male'], ANOMALA: ['Anomala', 'male'], INCASSATA: ['Incassata', 'bene'],
  NON_CARICATA: ['Non ancora caricata', ''], NON_RAGGIUNGIBILE: ['Gateway non raggiungibile', 'male'],
  SPEDITA: ['Consegnata', 'bene'], DA_SPEDIRE: ['Da consegnare', 'attesa'],
};
export function etichetta(stato) {
  const [testo, classe] = STATI[stato] ?? [stato, ''];
  return el('span', { class: `etichetta ${classe}` }, testo);
}

/** Shell quoting: one single-quoted word. */
export const parola = (t) => `'${t.replaceAll("'", "'\\''")}'`;

/** The curl line of a call. */
export function curl({ metodo, url, chi, corpo, altro = [] }) {
  const pezzi = ['curl', ...altro];
  if (metodo) pezzi.push('-X', metodo);
  if (chi) pezzi.push('-u', parola(chi.join(':')));
  if (corpo) pezzi.push('-H', parola('Content-Type: application/json'), '-d', parola(JSON.stringify(corpo)));
  return [...pezzi, parola(url)].join(' ');
}

/** Where the sandbox gives the printed notice. */
export const urlPdf = (dominio, avviso) => `/simulatore/avvisi/${dominio}/${avviso}/pdf`;

/** The link to the printed notice, in another tab. */
export const linkPdf = (dominio, avviso, di) => el('a', {
  class: 'pdf', href: urlPdf(dominio, avviso), target: '_blank', rel: 'noopener', 'data-azione': 'pdf',
  'aria-label': `Avviso (PDF) di ${di}, in un'altra scheda`,
}, 'Avviso (PDF)');

/** The curl line that saves the printed notice under its name. */
export const curlPdf = (conf, a2a, dominio, avviso) => curl({
  altro: ['-OJ', '-H', parola('Accept: application/pdf')], chi: [a2a, conf.passwordApplicazioni],
  url: `${conf.apiPendenze}/avvisi/${dominio}/${avviso}`,
});

/** The link to all the notices of a document, in another tab. */
export const linkDocumento = (a2a, dominio, documento, di) => el('a', {
  class: 'pdf', href: `/simulatore/documenti/${a2a}/${dominio}/${documento}/pdf`, target: '_blank', rel: 'noopener', 'data-azione': 'documento',
  'aria-label': `Documento ${documento} (PDF) di ${di}, in un'altra scheda`,
}, 'Documento (PDF)');

/** The curl line that saves them. */
export const curlDocumento = (conf, a2a, dominio, documento) => curl({
  altro: ['-OJ', '-H', parola('Accept: application/pdf')], chi: [a2a, conf.passwordApplicazioni],
  url: `${conf.apiPendenze}/documenti/${dominio}/${documento}/avvisi`,
});

/** Shows curl lines, each with its title and a copy button. */
export function mostraCurl(dove, righe) {
  dove.replaceChildren(...righe.flatMap(([titolo, comando]) => {
    const bottone = el('button', { type: 'button', class: 'secondario piccolo', 'aria-label': `Copia il comando: ${titolo}` }, 'Copia');
    bottone.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(comando);
        bottone.textContent = 'Copiato';
      } catch {
        bottone.textContent = 'Copia non riuscita';
      }
      setTimeout(() => { bottone.textContent = 'Copia'; }, 2000);
    });
    return [el('p', { class: 'riga' }, titolo, bottone), el('pre', { tabindex: '0', role: 'region', 'aria-label': titolo }, comando)];
  }));
}

/** Opens the detail with named texts. The browser gives the focus back when it closes. */
export function apri(titolo, parti) {
  $('t-dettaglio').textContent = titolo;
  $('corpo-dettaglio').replaceChildren(...parti.flatMap(([nome, testo]) => [
    el('h3', {}, nome),
    el('pre', { tabindex: '0', role: 'region', 'aria-label': nome }, testo || '(vuoto)'),
  ]));
  if (!$('dettaglio').open) $('dettaglio').showModal();
}

/** Writes the outcome of an action where the screen reader hears it. */
export function esito(dove, classe, ...figli) {
  dove.className = `${dove.dataset.base ?? (dove.dataset.base = dove.className.split(' ')[0])} ${classe}`;
  dove.replaceChildren(...figli);
}

/** Runs an action with its button off, so that it is not done twice. */
export async function una(bottone, azione, errore) {
  if (bottone.getAttribute('aria-disabled') === 'true') return;
  bottone.setAttribute('aria-disabled', 'true');
  try { await azione(); } catch (e) { errore(e.message); } finally { bottone.removeAttribute('aria-disabled'); }
}

/** Runs at most once every 300 ms, the last call included. */
export function quieta(f) {
  let attesa;
  return () => { clearTimeout(attesa); attesa = setTimeout(f, 300); };
}
