// A text as a QR code, for the phone in the last row.
import { encode } from 'uqr';
import { useTexts } from '../../../app/context.tsx';

/** Beyond this a code is too dense for a projected page. */
const MOST = 1800;

export function QrCode({ text }: { text: string }) {
  const t = useTexts();
  if (text.length > MOST) return <p className="quiet">{t('share.noQr')}</p>;
  const { data, size } = encode(text, { border: 2, ecc: 'L' });
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg
      className="qr"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={t('share.qr')}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
