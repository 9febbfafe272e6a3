// Reads the QR of a notice: from a picture (chosen, dropped, pasted), from the camera, from the screen.
import { $, chiama } from './base.js';

/** Longest side of what is looked at: a QR needs no more, and the sandbox gets a small file. */
const LATO = 1800;
/** Milliseconds between two looks at the camera. */
const PASSO = 500;

let trovato;
let riferisci;

const attendi = (ms) => new Promise((f) => { setTimeout(f, ms); });

/** The codes in a bitmap or in a frame: by the browser when it can, otherwise by the sandbox. */
async function codici(fonte, larghezza, altezza) {
  const scala = Math.min(1, LATO / Math.max(larghezza, altezza));
  const tela = document.createElement('canvas');
  tela.width = Math.max(1, Math.round(larghezza * scala));
  tela.height = Math.max(1, Math.round(altezza * scala));
  const c = tela.getContext('2d');
  c.fillStyle = '#fff';
  c.fillRect(0, 0, tela.width, tela.height);
  c.drawImage(fonte, 0, 0, tela.width, tela.height);
  if ('BarcodeDetector' in window) {
    try {
      const visti = await new BarcodeDetector({ formats: ['qr_code'] }).detect(tela);
      if (visti.length) return visti.map((v) => v.rawValue);
    } catch { /* some browsers have the name and not the thing */ }
  }
  const immagine = await new Promise((f) => { tela.toBlob(f, 'image/png'); });
  return (await chiama('POST', '/simulatore/qr', immagine)).testi;
}

/** The code of a notice if there is one, otherwise the first. */
const migliore = (testi) => testi.find((t) => /^PAGOPA\|/i.test(t)) ?? testi[0];

async function daFile(file) {
  if (!file) return;
  if (file.type === 'application/pdf') {
    riferisci('male', 'Un PDF intero non si legge. Aprilo e usa «Inquadra lo schermo», oppure scegli o incolla una schermata del suo codice QR.');
    return;
  }
  riferisci('', 'Lettura in corso…');
  let bitmap;
  try { bitmap = await createImageBitmap(file); } catch {
    riferisci('male', 'Questo file non è un\'immagine che il browser sa aprire.');
    return;
  }
  try {
    const testo = migliore(await codici(bitmap, bitmap.width, bitmap.height));
    if (testo === undefined) riferisci('male', 'Nell\'immagine non si vede un codice QR: provane una più vicina o più nitida.');
    else trovato(testo);
  } catch (e) { riferisci('male', e.message); } finally { bitmap.close(); }
}

/** Shows the camera, or the screen, until a code is seen or the person closes. */
async function inquadra(apri, titolo) {
  let flusso;
  try { flusso = await apri(); } catch (e) {
    riferisci('male', e.name === 'NotFoundError' ? 'Non c\'è nessuna fotocamera.' : 'Il browser non ha dato il permesso di guardare.');
    return;
  }
  const finestra = $('inquadra');
  const video = $('q-video');
  const chiudi = () => finestra.close();
  $('t-inquadra').textContent = titolo;
  $('q-stato').textContent = 'Cerco un codice QR…';
  flusso.getTracks().forEach((t) => t.addEventListener('ended', chiudi));
  let guarda = true;
  // However it closes, nothing is looked at any longer.
  finestra.addEventListener('close', () => {
    guarda = false;
    flusso.getTracks().forEach((t) => t.stop());
    video.srcObject = null;
  }, { once: true });
  video.srcObject = flusso;
  finestra.showModal();
  let testo;
  try {
    await video.play();
    while (guarda && testo === undefined) {
      if (video.videoWidth) testo = migliore(await codici(video, video.videoWidth, video.videoHeight));
      if (testo === undefined) await attendi(PASSO);
    }
  } catch (e) {
    if (guarda) riferisci('male', e.message);
  }
  if (!guarda) return;
  finestra.close();
  if (testo !== undefined) trovato(testo);
}

/** `quando` gets the text of a code; `dillo` a class and a sentence for the person. */
export function avvia(quando, dillo) {
  trovato = quando;
  riferisci = dillo;
  const zona = $('lettore');
  $('q-file').addEventListener('change', async (e) => { await daFile(e.target.files[0]); e.target.value = ''; });
  zona.addEventListener('dragover', (e) => { e.preventDefault(); zona.classList.add('sopra'); });
  zona.addEventListener('dragleave', () => zona.classList.remove('sopra'));
  zona.addEventListener('drop', (e) => { e.preventDefault(); zona.classList.remove('sopra'); daFile(e.dataTransfer.files[0]); });
  document.addEventListener('paste', (e) => {
    const file = [...(e.clipboardData?.files ?? [])][0];
    if (file) { e.preventDefault(); daFile(file); }
  });
  const media = navigator.mediaDevices;
  $('q-fotocamera').hidden = !media?.getUserMedia;
  $('q-schermo').hidden = !media?.getDisplayMedia;
  $('q-fotocamera').addEventListener('click', () => inquadra(
    () => media.getUserMedia({ audio: false, video: { facingMode: 'environment', width: { ideal: 1280 } } }), 'Inquadra il codice QR'));
  $('q-schermo').addEventListener('click', () => inquadra(
    () => media.getDisplayMedia({ audio: false, video: { width: { max: 1920 } } }), 'Lo schermo che hai scelto'));
  $('q-chiudi').addEventListener('click', () => $('inquadra').close());
}
