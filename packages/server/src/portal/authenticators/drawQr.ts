import qrcode from 'qrcode';

/**
 * Draws a QR code as SVG to stand in a page: black on white with a quiet zone, whatever the colours of the page are, since
 * some apps read nothing else. No styles in it, which our Content-Security-Policy would refuse.
 */
export async function drawQr(text: string): Promise<string> {
  const svg = await qrcode.toString(text, { type: 'svg', errorCorrectionLevel: 'M', margin: 4 });
  return svg.trim();
}
