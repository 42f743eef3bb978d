/** Reads the QR code that a video shows at this moment. */
export type ReadFrame = (video: HTMLVideoElement) => Promise<string | undefined>;

type Detector = { detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]> };
type DetectorClass = {
  new (options: { readonly formats: readonly string[] }): Detector;
  getSupportedFormats(): Promise<readonly string[]>;
};

/** Pixels of the longer side that are looked at: more only cost time. */
const SIDE_MAX = 960;

/** The browser's own reader where it has one; else a library, which is loaded only then. */
export async function createFrameReader(): Promise<ReadFrame> {
  const own = (globalThis as { readonly BarcodeDetector?: DetectorClass }).BarcodeDetector;
  const formats = await own?.getSupportedFormats().catch((): readonly string[] => []);
  if (own && formats?.includes('qr_code')) {
    const detector = new own({ formats: ['qr_code'] });
    return async (video) => (await detector.detect(video))[0]?.rawValue;
  }
  const { decodeQR } = await import('qr/decode.js');
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  return (video) => {
    const scale = Math.min(1, SIDE_MAX / Math.max(video.videoWidth, video.videoHeight));
    const width = Math.floor(video.videoWidth * scale);
    const height = Math.floor(video.videoHeight * scale);
    if (!context || width === 0 || height === 0) return Promise.resolve(undefined);
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    context.drawImage(video, 0, 0, width, height);
    return Promise.resolve(decode(decodeQR, context.getImageData(0, 0, width, height)));
  };
}

/** The library throws where there is no code in the picture, which is the rule. */
function decode(decodeQR: (image: ImageData) => string, image: ImageData): string | undefined {
  try {
    return decodeQR(image);
  } catch {
    return undefined;
  }
}
