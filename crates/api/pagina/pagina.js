'use strict';
(async () => {
  const nome = document.documentElement.dataset.contratto;
  const cerca = (id) => document.getElementById(id);
  // Text only: nothing that is read ever becomes markup.
  const nuovo = (tag, attributi = {}, ...figli) => {
    const e = document.createElement(tag);
    for (const [k, v] of Object.entries(attributi)) e.setAttribute(k, v);
    e.append(...figli);
    return e;
  };
  let contratto;
  try {
    const r = await fetch(nome + '.json');
    if (!r.ok) throw new Error('HTTP ' + r.status);
    contratto = await r.json();
  } catch (e) {
    cerca('quante').textContent = 'The contract cannot be read: ' + e.message;
    return;
  }
  cerca('titolo').textContent = contratto.info.title + ' ' + contratto.info.version;
  document.title = contratto.info.title;
  cerca('descrizione').textContent = contratto.info.description;
  const radice = location.pathname.replace(/\/[^/]*$/, '');

  const schemi = contratto.components.schemas;
  const risolvi = (s) => (s && s.$ref ? { ...schemi[s.$ref.split('/').pop()] } : s);

  // A value that the schema accepts.
  const esempio = (s, giro = 0) => {
    s = risolvi(s) || {};
    if ('example' in s) return s.example;
    if ('default' in s) return s.default;
    if (s.enum) return s.enum[0];
    if (s.oneOf) return esempio(s.oneOf[0], giro);
    if (giro > 8) return null;
    switch (s.type) {
      case 'object': {
        const o = {};
        for (const k of s.required || []) o[k] = esempio(s.properties[k], giro + 1);
        return o;
      }
      case 'array': return [esempio(s.items, giro + 1)];
      case 'boolean': return true;
      case 'integer': case 'number': return s.minimum || 1;
      default: return 'testo';
    }
  };

  // A schema in lines: name, kind, constraints.
  const righe = (s, rientro = '', visti = []) => {
    const nomeSchema = s && s.$ref;
    s = risolvi(s) || {};
    if (s.type === 'array') return righe(s.items, rientro, visti);
    if (nomeSchema && visti.includes(nomeSchema)) return [rientro + '...'];
    const visti2 = nomeSchema ? [...visti, nomeSchema] : visti;
    const fuori = [];
    for (const [k, v] of Object.entries(s.properties || {})) {
      const d = risolvi(v);
      const dentro = d.type === 'array' ? risolvi(d.items) : d;
      let tipo = d.type === 'array' ? 'list of ' + (dentro.type || 'values') : d.type || 'value';
      if (d.enum) tipo = d.enum.join(' | ');
      const note = [];
      if ((s.required || []).includes(k)) note.push('required');
      if (d.minLength !== undefined || d.maxLength !== undefined)
        note.push((d.minLength || 0) + '-' + (d.maxLength === undefined ? '' : d.maxLength) + ' characters');
      if (d.pattern) note.push(d.pattern);
      if (d.minimum !== undefined) note.push('>= ' + d.minimum);
      if ('default' in d) note.push('default ' + JSON.stringify(d.default));
      if (v.description || d.description) note.push(v.description || d.description);
      fuori.push(rientro + k + ': ' + tipo + (note.length ? '  (' + note.join('; ') + ')' : ''));
      fuori.push(...righe(v, rientro + '  ', visti2));
    }
    return fuori;
  };

  // Credentials: kept in this page only, until it is closed.
  const campi = {};
  const metodi = (contratto.components.securitySchemes) || {};
  const chiedi = (id, etichetta, tipo) => {
    const i = nuovo('input', { id: 'c-' + id, type: tipo, autocomplete: 'off', spellcheck: 'false' });
    cerca('credenziali').append(nuovo('label', { for: 'c-' + id }, etichetta), i);
    campi[id] = i;
  };
  for (const [k, m] of Object.entries(metodi)) {
    if (m.type === 'http' && m.scheme === 'basic') { chiedi('utente', 'User', 'text'); chiedi('password', 'Password', 'password'); }
    if (m.type === 'http' && m.scheme === 'bearer') chiedi('token', 'Bearer token', 'password');
    if (m.type === 'apiKey' && m.in === 'header') chiedi(k, m.name, 'password');
  }
  const conCookie = Object.values(metodi).some((m) => m.in === 'cookie');
  cerca('credenziali-nota').textContent = [
    Object.keys(campi).length ? 'Sent with each call of this page and kept nowhere.' : '',
    conCookie ? 'The session of this browser, if it has one, is used.' : '',
    Object.keys(metodi).length ? '' : 'At this address the connection itself authenticates: nothing to type.',
  ].join(' ').trim();
  const base64 = (t) => {
    let s = '';
    for (const b of new TextEncoder().encode(t)) s += String.fromCharCode(b);
    return btoa(s);
  };
  // Header, what goes out, what is shown.
  const intestazioni = () => {
    const fuori = [];
    if (campi.utente && campi.utente.value)
      fuori.push(['Authorization', 'Basic ' + base64(campi.utente.value + ':' + campi.password.value), null]);
    if (campi.token && campi.token.value) fuori.push(['Authorization', 'Bearer ' + campi.token.value, 'Bearer $TOKEN']);
    for (const [k, m] of Object.entries(metodi))
      if (campi[k] && campi[k].value) fuori.push([m.name, campi[k].value, '$' + k]);
    return fuori;
  };
  const apice = (t) => "'" + t.replaceAll("'", "'\\''") + "'";

  let progressivo = 0;
  const scheda = (percorso, metodo, op) => {
    const n = progressivo++;
    const dentro = nuovo('div', { class: 'dentro' });
    const blocco = nuovo('details', {}, nuovo('summary', {},
      nuovo('span', { class: 'metodo' }, metodo.toUpperCase()), ' ',
      nuovo('span', { class: 'percorso' }, percorso),
      nuovo('span', { class: 'titolo' }, op.summary || '')), dentro);
    blocco.dataset.testo = [metodo, percorso, op.summary, op.operationId].join(' ').toLowerCase();
    blocco.addEventListener('toggle', () => { if (blocco.open && !dentro.hasChildNodes()) riempi(); });
    const riempi = () => {
      if (op.description) dentro.append(nuovo('p', {}, op.description));
      const ingressi = [];
      if (op.parameters) dentro.append(nuovo('h4', {}, 'Parameters'));
      for (const p of op.parameters || []) {
        const id = 'p-' + n + '-' + p.name;
        const s = risolvi(p.schema);
        let i;
        if (s.enum || s.type === 'boolean') {
          i = nuovo('select', { id }, nuovo('option', { value: '' }, ''),
            ...(s.enum || ['true', 'false']).map((v) => nuovo('option', { value: v }, v)));
        } else {
          i = nuovo('input', { id, type: 'text', autocomplete: 'off', spellcheck: 'false' });
          if (p.in === 'path' && s.example !== undefined) i.value = s.example;
        }
        const note = [p.required ? 'required' : null, p.description].filter(Boolean).join('; ');
        dentro.append(nuovo('label', { for: id }, p.name + (note ? ' (' + note + ')' : '')), i);
        ingressi.push([p, i]);
      }
      let corpo = null;
      const schema = op.requestBody && op.requestBody.content['application/json'].schema;
      if (schema) {
        corpo = nuovo('textarea', { id: 'b-' + n, spellcheck: 'false' });
        corpo.value = JSON.stringify(esempio(schema), null, 2);
        dentro.append(nuovo('h4', {}, 'Body'), nuovo('pre', { tabindex: '0' }, righe(schema).join('\n')),
          nuovo('label', { for: 'b-' + n }, 'Body to send'), corpo);
      }
      dentro.append(nuovo('h4', {}, 'Answers'));
      const tipi = [];
      const tabella = nuovo('table', {}, nuovo('tr', {}, nuovo('th', { scope: 'col' }, 'Status'), nuovo('th', { scope: 'col' }, 'What')));
      for (const [stato, r] of Object.entries(op.responses)) {
        const vera = r.$ref ? contratto.components.responses[r.$ref.split('/').pop()] : r;
        const contenuti = Object.keys(vera.content || {});
        if (!r.$ref) tipi.push(...contenuti);
        tabella.append(nuovo('tr', {}, nuovo('td', {}, stato), nuovo('td', {}, vera.description + ' ' + contenuti.join(', '))));
        const s = !r.$ref && vera.content && vera.content['application/json'];
        if (s && s.schema) tabella.append(nuovo('tr', {}, nuovo('td', {}), nuovo('td', {}, nuovo('pre', { tabindex: '0' }, righe(s.schema).join('\n') || 'JSON'))));
      }
      dentro.append(tabella);
      let tipo = null;
      if (new Set(tipi).size > 1) {
        tipo = nuovo('select', { id: 't-' + n }, ...[...new Set(tipi)].map((t) => nuovo('option', { value: t }, t)));
        dentro.append(nuovo('label', { for: 't-' + n }, 'Accept'), tipo);
      }
      const curl = nuovo('pre', { tabindex: '0' });
      // What is announced is short; the answer itself can be read after it.
      const esito = nuovo('p', { role: 'status' });
      const risposta = nuovo('pre', { tabindex: '0', hidden: '' });
      const prepara = () => {
        let url = percorso;
        const query = new URLSearchParams();
        for (const [p, i] of ingressi) {
          if (p.in === 'path') url = url.replace('{' + p.name + '}', encodeURIComponent(i.value));
          else if (i.value !== '') query.append(p.name, i.value);
        }
        const q = query.toString();
        url = radice + url + (q ? '?' + q : '');
        const h = intestazioni();
        if (corpo) h.push(['Content-Type', 'application/json', 'application/json']);
        const accept = tipo ? tipo.value : [...new Set(tipi)][0] || '*/*';
        h.push(['Accept', accept, accept]);
        let riga = 'curl -X ' + metodo.toUpperCase() + ' ' + apice(location.origin + url);
        // Secrets stay out of what is shown.
        for (const [k, , mostrato] of h)
          riga += mostrato === null ? ' -u ' + apice(campi.utente.value) : ' -H "' + k + ': ' + mostrato + '"';
        if (corpo) riga += ' -d ' + apice(corpo.value);
        curl.textContent = riga;
        return { url, h };
      };
      const invia = nuovo('button', { type: 'button' }, 'Send');
      invia.addEventListener('click', async () => {
        const { url, h } = prepara();
        esito.textContent = 'Waiting for the answer';
        risposta.hidden = true;
        try {
          const r = await fetch(url, {
            method: metodo.toUpperCase(), headers: h.map(([k, v]) => [k, v]), body: corpo ? corpo.value : undefined,
            credentials: 'same-origin', cache: 'no-store',
          });
          const genere = r.headers.get('Content-Type') || '';
          let testo = /json|xml|text/.test(genere) ? await r.text() : (await r.blob()).size + ' bytes, ' + genere;
          try { testo = JSON.stringify(JSON.parse(testo), null, 2); } catch { /* shown as it is */ }
          risposta.textContent = testo || '(empty)';
          risposta.hidden = false;
          esito.textContent = 'HTTP ' + r.status + ', X-Govpay-IdTransazione ' + r.headers.get('X-Govpay-IdTransazione');
        } catch (e) {
          esito.textContent = 'No answer: ' + e.message;
        }
      });
      dentro.addEventListener('input', prepara);
      cerca('credenziali').addEventListener('input', prepara);
      dentro.append(invia, nuovo('h4', {}, 'The same from a shell'), curl, esito, risposta);
      prepara();
    };
    return blocco;
  };

  const blocchi = [];
  const gruppi = new Map();
  for (const [percorso, metodi] of Object.entries(contratto.paths))
    for (const [metodo, op] of Object.entries(metodi)) {
      const tag = (op.tags || [''])[0];
      if (!gruppi.has(tag)) gruppi.set(tag, nuovo('section', {}, nuovo('h3', {}, tag)));
      const b = scheda(percorso, metodo, op);
      gruppi.get(tag).append(b);
      blocchi.push(b);
    }
  cerca('operazioni').append(...gruppi.values());
  const filtra = () => {
    const testo = cerca('filtro').value.trim().toLowerCase();
    for (const b of blocchi) b.hidden = !b.dataset.testo.includes(testo);
    for (const g of gruppi.values()) g.hidden = [...g.querySelectorAll('details')].every((b) => b.hidden);
    cerca('quante').textContent = blocchi.filter((b) => !b.hidden).length + ' of ' + blocchi.length + ' operations';
  };
  cerca('filtro').addEventListener('input', filtra);
  filtra();
})();
