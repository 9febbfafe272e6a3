// The page of the sandbox as a person uses it: with the mouse, the keyboard, a phone, a camera.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { accessibile, apriBrowser, carica, conPagina, guasta, inStato, riga, senzaScorrimento, tabFino } from './pagina.js';
import { accendi } from './sandbox.js';

const DOMINIO = '12345678901';
/** The first notice of the demo, TARI-2026-001. */
const AVVISO = '301000000000000144';
const SCRIVANIA = { viewport: { width: 1280, height: 900 } };
const TELEFONO = { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true };

const sandbox = await accendi();

const urlPdf = (avviso) => `${sandbox.url}simulatore/avvisi/${DOMINIO}/${avviso}/pdf`;

/** Prints the first demo notice and takes its picture with poppler, as a person would with a screen. */
async function stampa() {
  const r = await fetch(urlPdf(AVVISO));
  assert.equal(r.status, 200, await r.clone().text());
  const pdf = path.join(sandbox.cartella, 'avviso.pdf');
  await writeFile(pdf, Buffer.from(await r.arrayBuffer()));
  const radice = path.join(sandbox.cartella, 'avviso');
  const immagine = (formato) => promisify(execFile)('pdftoppm', ['-r', '150', '-f', '1', '-singlefile', formato, pdf, radice]);
  await immagine('-png');
  await immagine('-jpeg');
  // The browser's false camera knows the file by its name.
  await copyFile(`${radice}.jpg`, `${radice}.mjpeg`);
  return { pdf, png: `${radice}.png`, jpeg: `${radice}.jpg`, camera: `${radice}.mjpeg` };
}

/** The printed notice: the file, and pictures of its first page. */
const stampato = await stampa();
// The camera of this browser looks at the printed notice.
const browser = await apriBrowser(stampato.camera);

after(async () => {
  await browser.close();
  assert.equal(await sandbox.spegni(), 0, 'la sandbox finisce bene');
});

describe('la pagina della sandbox', () => {
  test('si carica, si stampa, si verifica, si paga, e la notifica arriva da sola', () => conPagina(browser, sandbox.url, SCRIVANIA, async (p) => {
    await accessibile(p, 'appena aperta');
    const { nome, avviso } = await carica(p, 'Prova del browser', '45,01');
    await accessibile(p, 'caricata');

    const link = riga(p, nome).getByRole('link', { name: /^Avviso \(PDF\)/ });
    assert.equal(await link.getAttribute('href'), new URL(urlPdf(avviso)).pathname);
    assert.equal(await p.locator('#esito-nuova').getByRole('link').getAttribute('href'), await link.getAttribute('href'));
    const pdf = await p.evaluate(async (url) => {
      const r = await fetch(url);
      const byte = new Uint8Array(await r.arrayBuffer());
      return { tipo: r.headers.get('content-type'), nome: r.headers.get('content-disposition'), inizio: String.fromCharCode(...byte.slice(0, 5)), lungo: byte.length };
    }, await link.getAttribute('href'));
    assert.deepEqual([pdf.tipo, pdf.nome, pdf.inizio], ['application/pdf', `inline; filename="${DOMINIO}_${avviso}.pdf"`, '%PDF-']);
    assert.ok(pdf.lungo > 3000, `${pdf.lungo} byte`);

    await riga(p, nome).getByRole('button', { name: /^Scegli/ }).click();
    await p.getByRole('button', { name: 'Verifica: che cosa vede la banca' }).click();
    const vista = p.locator('#esito-verifica');
    await vista.getByText('La banca vede:').waitFor();
    const testo = await vista.textContent();
    assert.match(testo, /45,01/);
    assert.match(testo, /Prova del browser/);
    assert.match(testo, /Comune Dimostrativo/);
    await accessibile(p, 'verificata');

    await p.getByRole('button', { name: 'Esegui il pagamento' }).click();
    await p.locator('#esito-paga').getByText('Pagato.').waitFor();
    await inStato(p, nome, 'Pagata');
    const annuncio = p.locator('#annuncio', { hasText: avviso });
    await annuncio.waitFor();
    assert.match(await annuncio.textContent(), /notifica arrivata al gestionale.*risposta 200/);
    await p.locator('#elenco-notifiche > li', { hasText: avviso.slice(1) }).locator('.etichetta', { hasText: 'Consegnata' }).waitFor();
    assert.match(await p.locator('#annuncio-pendenze').textContent(), /Prova del browser: Pagata/);
    await accessibile(p, 'pagata');

    for (const operazione of ['addPendenza', 'getAvviso', 'paVerifyPaymentNotice', 'paGetPaymentV2', 'paSendRTV2', 'notificaRicevuta']) {
      assert.ok(await p.locator('#elenco-messaggi').getByText(operazione, { exact: true }).count(), operazione);
    }
    await p.locator('#elenco-messaggi button', { hasText: 'paSendRTV2' }).first().click();
    const finestra = p.getByRole('dialog');
    assert.match(await finestra.textContent(), /\n {2,}<.*paSendRTV2Request[\s\S]*<outcome>OK<\/outcome>/);
    await accessibile(p, 'un messaggio');
    await finestra.getByRole('button', { name: 'Chiudi' }).click();

    await riga(p, nome).getByRole('button', { name: /^Leggi/ }).click();
    await finestra.getByText('"stato": "ESEGUITA"').waitFor();
    const comandi = await finestra.textContent();
    assert.ok(comandi.includes(`curl -OJ -H 'Accept: application/pdf' -u 'GESTIONALE:Demo-2026-ente' '${sandbox.gateway}/govpay/backend/api/pendenze/rs/basic/v2/avvisi/${DOMINIO}/${avviso}'`), comandi);
  }));

  test('il comando curl di ogni azione fa quello che fa la pagina', () => conPagina(browser, sandbox.url, SCRIVANIA, async (p) => {
    await p.getByLabel('Numero avviso').fill(AVVISO);
    await p.getByLabel('Numero avviso').blur();
    const comando = async (titolo) => {
      const testo = await p.getByRole('region', { name: titolo, exact: true }).textContent();
      const { stdout } = await promisify(execFile)('sh', ['-c', `${testo} -sS --fail-with-body --max-time 20`], { cwd: sandbox.cartella });
      return stdout;
    };
    for (const s of await p.locator('details.curl > summary').all()) await s.click();
    await accessibile(p, 'con i comandi');
    assert.equal(JSON.parse(await comando('Verifica')).esito, 'VERIFICATO');
    assert.match(JSON.parse(await comando('Caricamento')).numeroAvviso, /^\d{18}$/);
    assert.equal(JSON.parse(await comando('Guasto')).guasto, 'NESSUNO');
    assert.ok(Array.isArray(JSON.parse(await comando('Notifiche nel gateway')).risultati));
    assert.ok(JSON.parse(await comando('Scambi')).length);
  }));

  test('un documento si stampa intero, e senza la rata che è stata pagata', () => conPagina(browser, sandbox.url, SCRIVANIA, async (p) => {
    const nome = 'GESTIONALE/TARI-2026-RATA-1';
    const link = riga(p, nome).getByRole('link', { name: /^Documento TARI-2026-RATE \(PDF\)/ });
    const stampa = async () => {
      const r = await fetch(new URL(await link.getAttribute('href'), sandbox.url));
      assert.deepEqual([r.status, r.headers.get('content-disposition')], [200, `inline; filename="${DOMINIO}_TARI-2026-RATE.pdf"`]);
      const pdf = path.join(sandbox.cartella, 'documento.pdf');
      await writeFile(pdf, Buffer.from(await r.arrayBuffer()));
      const { stdout } = await promisify(execFile)('pdftotext', ['-layout', pdf, '-']);
      return stdout;
    };
    const intero = await stampa();
    for (const atteso of ['TARI 2026, a rate', 'Rata 1', 'Rata 2', 'Rata 3', '180,00', '3010 0000 0099 1001 36']) assert.ok(intero.includes(atteso), intero);
    await riga(p, nome).getByRole('button', { name: /^Scegli/ }).click();
    await p.getByRole('button', { name: 'Esegui il pagamento' }).click();
    await p.locator('#esito-paga').getByText('Pagato.').waitFor();
    await inStato(p, nome, 'Pagata');
    const resto = await stampa();
    assert.ok(!resto.includes('Rata 1') && resto.includes('Rata 2') && resto.includes('Rata 3'), resto);
    await riga(p, nome).getByRole('button', { name: /^Leggi/ }).click();
    const finestra = p.getByRole('dialog');
    await finestra.getByRole('region', { name: 'Comando curl del documento in PDF' }).waitFor();
    await accessibile(p, 'una rata letta');
  }));

  test('il CSV della mensa si scarica, si manda con un comando, e si legge come è andata', () => conPagina(browser, sandbox.url, SCRIVANIA, async (p) => {
    const link = p.getByRole('link', { name: 'Scarica mensa.csv' });
    const arrivo = p.waitForEvent('download');
    await link.click();
    const scaricato = await arrivo;
    assert.equal(scaricato.suggestedFilename(), 'mensa.csv');
    const csv = await readFile(await scaricato.path(), 'utf8');
    assert.equal(csv.trim().split('\n').length, 6);
    await p.getByText('Comandi curl del caricamento massivo').click();
    await accessibile(p, 'con i comandi del massivo');
    const comando = async (titolo) => {
      const testo = await p.getByRole('region', { name: titolo, exact: true }).textContent();
      const { stdout } = await promisify(execFile)('sh', ['-c', `${testo} -sS --fail-with-body --max-time 20`], { cwd: sandbox.cartella });
      return stdout;
    };
    await comando('Invio del file');
    let ultimo;
    do {
      [ultimo] = JSON.parse(await comando('Caricamenti fatti')).risultati;
      await new Promise((fatto) => { setTimeout(fatto, 100); });
    } while (!/^ESEGUITO|SCARTATO/.test(ultimo.stato));
    assert.deepEqual([ultimo.stato, ultimo.nomeFile, ultimo.numeroOperazioniTotali, ultimo.numeroOperazioniFallite], ['ESEGUITO_CON_ERRORI', 'mensa.csv', 5, 1]);
    const esito = (await comando("Esito dell'ultimo, riga per riga")).trim().split('\n');
    assert.equal(esito.length, 6);
    assert.match(esito[1], /^MENSA-2026-101;\d{18};caricata$/);
    assert.match(esito[5], /importo/);
    await comando("Avvisi dell'ultimo, in uno zip");
    const zip = await readFile(path.join(sandbox.cartella, 'mensa.zip'));
    assert.equal(zip.subarray(0, 2).toString(), 'PK');
  }));

  test('un pagamento rifiutato lascia la pendenza da pagare', () => conPagina(browser, sandbox.url, SCRIVANIA, async (p) => {
    const { nome } = await carica(p, 'Da rifiutare', '12');
    await p.getByLabel('Rifiutato al PSP').check();
    await p.getByRole('button', { name: 'Esegui il pagamento' }).click();
    await p.locator('#esito-paga').getByText(/^Rifiutato al PSP/).waitFor();
    await inStato(p, nome, 'Da pagare');
    await accessibile(p, 'rifiutata al PSP');

    await riga(p, 'GESTIONALE/TARI-2025-001').getByRole('button', { name: /^Scegli/ }).click();
    await p.getByRole('button', { name: 'Verifica: che cosa vede la banca' }).click();
    await p.locator('#esito-verifica').getByText("L'avviso non si può pagare").waitFor();
    await p.locator('#esito-verifica').getByText('PAA_PAGAMENTO_SCADUTO').waitFor();
    await accessibile(p, "rifiutata dall'ente");
  }));

  test('chi sbaglia a scrivere lo sa, accanto al campo', () => conPagina(browser, sandbox.url, SCRIVANIA, async (p) => {
    const avviso = p.getByLabel('Numero avviso');
    await avviso.fill('123');
    await p.getByRole('button', { name: 'Esegui il pagamento' }).click();
    await p.locator('#e-avviso').getByText('18 cifre').waitFor();
    assert.equal(await avviso.getAttribute('aria-invalid'), 'true');
    assert.equal(await p.evaluate(() => document.activeElement.id), 'p-avviso');
    await p.getByLabel('Importo in euro').fill('1,234');
    await p.getByRole('button', { name: 'Carica la pendenza' }).click();
    await p.locator('#esito-nuova').getByText('al più due decimali').waitFor();
    assert.equal(await p.evaluate(() => document.activeElement.id), 'n-importo');
    await accessibile(p, 'con gli errori');
    await avviso.fill(`PAGOPA|002|${AVVISO}|${DOMINIO}|12050`);
    await avviso.blur();
    assert.equal(await avviso.inputValue(), AVVISO);
    assert.equal(await avviso.getAttribute('aria-invalid'), 'false');
  }));

  test("con l'ente guasto la notifica aspetta, ritenta, e arriva quando guarisce", { timeout: 180_000 }, () => conPagina(browser, sandbox.url, SCRIVANIA, async (p) => {
    const { nome, avviso } = await carica(p, 'Con il guasto', '7,50');
    await guasta(p, 'Risponde un errore HTTP');
    await accessibile(p, 'guasto');
    await p.getByRole('button', { name: 'Esegui il pagamento' }).click();
    await inStato(p, nome, 'Pagata');
    await p.locator('#annuncio.male', { hasText: avviso }).getByText('risposta 500').waitFor();
    const notifica = p.locator('#elenco-notifiche > li', { hasText: avviso.slice(1) });
    await notifica.locator('.etichetta', { hasText: 'Da consegnare' }).waitFor();
    await notifica.getByText(/Prossimo tentativo alle .*\(tra \d+ s\)/).waitFor();
    await accessibile(p, 'in attesa');
    for (const altro of ['Risponde byte senza senso', 'Risponde in ritardo', 'Si comporta bene']) await guasta(p, altro);
    // The second attempt comes one minute after the first.
    await notifica.locator('.etichetta', { hasText: 'Consegnata' }).waitFor({ timeout: 100_000 });
    await p.locator('#annuncio.bene', { hasText: avviso }).waitFor();
    const arrivate = (await (await fetch(`${sandbox.url}simulatore/messaggi`)).json())
      .filter((m) => m.operazione === 'notificaRicevuta' && m.numeroAvviso === avviso).map((m) => m.stato);
    assert.deepEqual(arrivate, [500, 200]);
  }));
});

describe("l'avviso stampato si legge", () => {
  const letto = (p) => p.locator('#esito-lettore').getByText(`Letto l'avviso ${AVVISO}.`).waitFor();

  test("da un'immagine scelta, trascinata, incollata", () => conPagina(browser, sandbox.url, SCRIVANIA, async (p) => {
    const file = p.getByLabel("Da un'immagine");
    const avviso = p.getByLabel('Numero avviso');
    for (const immagine of [stampato.png, stampato.jpeg]) {
      await avviso.fill('');
      await file.setInputFiles(immagine);
      await letto(p);
      assert.equal(await avviso.inputValue(), AVVISO);
    }
    assert.equal(await p.evaluate(() => document.activeElement.id), 'verifica', 'il fuoco passa al prossimo passo');
    await accessibile(p, 'letta');
    const schermata = (await readFile(stampato.png)).toString('base64');
    for (const [tipo, dove, classe, campo] of [['drop', '#lettore', 'DragEvent', 'dataTransfer'], ['paste', 'body', 'ClipboardEvent', 'clipboardData']]) {
      await p.evaluate(([t, d, c, k, s]) => {
        document.getElementById('esito-lettore').replaceChildren();
        const dati = new DataTransfer();
        dati.items.add(new File([Uint8Array.from(atob(s), (x) => x.charCodeAt(0))], 'schermata.png', { type: 'image/png' }));
        document.querySelector(d).dispatchEvent(new window[c](t, { [k]: dati, bubbles: true, cancelable: true }));
      }, [tipo, dove, classe, campo, schermata]);
      await letto(p);
    }
  }));

  test('da ciò che non ha un codice si sa perché', () => conPagina(browser, sandbox.url, SCRIVANIA, async (p) => {
    const file = p.getByLabel("Da un'immagine");
    const detto = (testo) => p.locator('#esito-lettore.male').getByText(testo).waitFor();
    await file.setInputFiles(stampato.pdf);
    await detto('Un PDF intero non si legge');
    await file.setInputFiles({ name: 'x.png', mimeType: 'image/png', buffer: Buffer.from('non sono un PNG') });
    await detto("non è un'immagine");
    await file.setInputFiles({ name: 'x.png', mimeType: 'image/png', buffer: await p.screenshot() });
    await detto('non si vede un codice QR');
    await accessibile(p, 'non letta');
  }));

  test('dallo schermo, che poi non si guarda più', () => conPagina(browser, sandbox.url, SCRIVANIA, async (p) => {
    // What the person picks in the browser's own window, which no test can reach: here, first nothing, then the notice.
    await p.evaluate(async (s) => {
      const tela = document.createElement('canvas');
      [tela.width, tela.height] = [1240, 1754];
      tela.getContext('2d').fillRect(0, 0, 1240, 1754);
      window.flussi = [];
      navigator.mediaDevices.getDisplayMedia = async () => { window.flussi.push(tela.captureStream(10)); return window.flussi.at(-1); };
      window.mostraAvviso = async () => {
        const byte = Uint8Array.from(atob(s), (x) => x.charCodeAt(0));
        tela.getContext('2d').drawImage(await createImageBitmap(new Blob([byte])), 0, 0);
      };
    }, (await readFile(stampato.png)).toString('base64'));
    const fermi = () => p.evaluate(async () => {
      // The event of the closing comes a moment after it.
      await new Promise((f) => { setTimeout(f, 100); });
      return window.flussi.every((f) => f.getTracks().every((t) => t.readyState === 'ended'));
    });
    const finestra = p.getByRole('dialog');
    await p.getByRole('button', { name: 'Inquadra lo schermo' }).click();
    await finestra.getByText('Cerco un codice QR').waitFor();
    await accessibile(p, 'mentre cerca');
    await finestra.getByRole('button', { name: 'Chiudi' }).click();
    assert.ok(await fermi(), 'lo schermo si guarda ancora');
    await p.getByRole('button', { name: 'Inquadra lo schermo' }).click();
    await finestra.getByText('Cerco un codice QR').waitFor();
    await p.evaluate(() => window.mostraAvviso());
    await letto(p);
    assert.equal(await finestra.count(), 0);
    assert.ok(await fermi(), 'lo schermo si guarda ancora');
  }));

  test('dal browser stesso, quando sa leggere i codici', () => conPagina(browser, sandbox.url, SCRIVANIA, async (p) => {
    const chieste = [];
    p.on('request', (r) => chieste.push(new URL(r.url()).pathname));
    await p.evaluate((testo) => {
      window.BarcodeDetector = class { async detect() { return [{ rawValue: 'altro' }, { rawValue: testo }]; } };
    }, `PAGOPA|002|${AVVISO}|${DOMINIO}|12050`);
    await p.getByLabel("Da un'immagine").setInputFiles(stampato.png);
    await letto(p);
    assert.ok(!chieste.includes('/simulatore/qr'), "l'immagine non è uscita dal browser");
    await p.evaluate(() => { window.BarcodeDetector = class { async detect() { return [{ rawValue: 'altro' }]; } }; });
    await p.getByLabel("Da un'immagine").setInputFiles(stampato.png);
    await p.locator('#esito-lettore.male').getByText('ma non di un avviso pagoPA').waitFor();
  }));

  test('dalla fotocamera, e poi si paga', () => conPagina(browser, sandbox.url, SCRIVANIA, async (p) => {
    await p.evaluate(async (s) => {
      const foto = await createImageBitmap(new Blob([Uint8Array.from(atob(s), (x) => x.charCodeAt(0))]));
      const tela = document.createElement('canvas');
      [tela.width, tela.height] = [foto.width, foto.height];
      navigator.mediaDevices.getUserMedia = async () => { setInterval(() => tela.getContext('2d').drawImage(foto, 0, 0), 100); return tela.captureStream(10); };
    }, (await readFile(stampato.png)).toString('base64'));
    await p.getByRole('button', { name: 'Con la fotocamera' }).click();
    await letto(p);
    assert.equal(await p.getByRole('dialog').count(), 0, 'la finestra si è chiusa');
    await p.getByRole('button', { name: 'Verifica: che cosa vede la banca' }).click();
    assert.match(await p.locator('#esito-verifica .vista').textContent(), /120,50.*TARI 2026, prima rata/);
    await p.getByRole('button', { name: 'Esegui il pagamento' }).click();
    await inStato(p, 'GESTIONALE/TARI-2026-001', 'Pagata');
  }));
});

describe('per ogni persona', () => {
  test('con la sola tastiera', () => conPagina(browser, sandbox.url, SCRIVANIA, async (p) => {
    await tabFino(p, '.salta');
    await p.keyboard.press('Enter');
    assert.equal(await p.evaluate(() => document.activeElement.id), 'contenuto');
    await tabFino(p, '#p-avviso');
    await p.keyboard.type('301000000000000346');
    await tabFino(p, '#verifica');
    await p.keyboard.press('Enter');
    await p.locator('#esito-verifica .vista').getByText('210,00').waitFor();
    await tabFino(p, '#esito-OK');
    await p.keyboard.press('ArrowDown');
    assert.ok(await p.getByLabel('Rifiutato al PSP').isChecked());
    await p.keyboard.press('ArrowUp');
    await tabFino(p, '#modulo-paga button[type=submit]');
    await p.keyboard.press('Enter');
    await inStato(p, 'GESTIONALE/TARI-2026-003', 'Pagata');
    await p.locator('#annuncio.bene', { hasText: '301000000000000346' }).waitFor();

    await tabFino(p, '[data-pendenza="GESTIONALE/BOLLO-2026-001"] [data-azione="scegli"]');
    await p.keyboard.press('Enter');
    assert.equal(await p.evaluate(() => document.activeElement.id), 'verifica');
    await tabFino(p, '[data-pendenza="GESTIONALE/BOLLO-2026-001"] [data-azione="leggi"]');
    await p.keyboard.press('Enter');
    await p.getByRole('dialog').waitFor();
    await p.keyboard.press('Escape');
    assert.equal(await p.evaluate(() => document.activeElement.dataset.azione), 'leggi', 'il fuoco torna dov\'era');
    await tabFino(p, '#elenco-messaggi button');
    await p.keyboard.press('Enter');
    await p.getByRole('dialog').waitFor();
    await p.keyboard.press('Escape');
    assert.ok(await p.evaluate(() => document.activeElement.matches('#elenco-messaggi button')));
  }));

  test('su un telefono largo 320 pixel', () => conPagina(browser, sandbox.url, TELEFONO, async (p) => {
    await senzaScorrimento(p, 'appena aperta');
    await accessibile(p, 'telefono');
    const { nome } = await carica(p, 'Dal telefono, con una causale piuttosto lunga che deve andare a capo da sola');
    await riga(p, nome).getByRole('button', { name: /^Scegli/ }).tap();
    await p.getByRole('button', { name: 'Verifica: che cosa vede la banca' }).tap();
    await p.locator('#esito-verifica .vista').waitFor();
    await p.getByRole('button', { name: 'Esegui il pagamento' }).tap();
    await inStato(p, nome, 'Pagata');
    await senzaScorrimento(p, 'pagata');
    for (const s of await p.locator('details.curl > summary').all()) await s.click();
    await senzaScorrimento(p, 'con i comandi');
    await p.locator('#elenco-messaggi button').first().tap();
    await p.getByRole('dialog').waitFor();
    await senzaScorrimento(p, 'con un messaggio');
    await accessibile(p, 'telefono, un messaggio');
  }));

  test('al buio, e senza movimento', () => conPagina(browser, sandbox.url, { ...SCRIVANIA, colorScheme: 'dark', reducedMotion: 'reduce' }, async (p) => {
    await accessibile(p, 'scura');
    const { nome } = await carica(p, 'Al buio');
    await p.getByRole('button', { name: 'Esegui il pagamento' }).click();
    await inStato(p, nome, 'Pagata');
    assert.equal(await p.evaluate(() => document.getAnimations().length), 0);
    await accessibile(p, 'scura, pagata');
  }));
});
