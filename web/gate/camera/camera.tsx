import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { Notice } from '../../shared/ui/notice.tsx';
import { useGateText } from '../messages/gate.ts';
import { createFrameReader } from './read-codes.ts';
import { useWakeLock } from './use-wake-lock.ts';

const LOOK_EVERY_MS = 120;
/** A code that is still in the picture is the same ticket; out of it for so long, somebody shows it again. */
const SAME_FOR_MS = 2_500;

type CameraProps = {
  readonly label: string;
  readonly onCode: (text: string) => void;
};

type CameraFault = 'denied' | 'missing' | 'insecure';

/** Shows what the camera sees and tells of each code that comes into the picture. */
export function Camera({ label, onCode }: CameraProps) {
  const text = useGateText();
  const video = useRef<HTMLVideoElement>(null);
  const [fault, setFault] = useState<CameraFault>();
  const [track, setTrack] = useState<MediaStreamTrack>();
  const tell = useEffectEvent(onCode);
  useWakeLock();

  useEffect(() => {
    const ending = new AbortController();
    let stream: MediaStream | undefined;
    const start = async () => {
      stream = await openCamera();
      if (ending.signal.aborted || !video.current) return stop(stream);
      video.current.srcObject = stream;
      await video.current.play();
      setTrack(stream.getVideoTracks()[0]);
      await watch(video.current, tell, ending.signal);
    };
    start().catch((error: unknown) => {
      if (!ending.signal.aborted) setFault(faultOf(error));
    });
    return () => {
      ending.abort();
      stop(stream);
    };
  }, []);

  if (fault) return <Notice tone="warn">{text(`camera.${fault}`)}</Notice>;
  return (
    <div className="camera">
      {/* oxlint-disable-next-line jsx-a11y/media-has-caption -- a picture of the hall, without sound */}
      <video ref={video} muted playsInline aria-label={label} />
      {track && hasTorch(track) && <Torch track={track} />}
    </div>
  );
}

function Torch({ track }: { readonly track: MediaStreamTrack }) {
  const text = useGateText();
  const [isOn, setOn] = useState(false);
  const turn = () => {
    // What cameras of phones know and the types do not.
    const torch = { advanced: [{ torch: !isOn }] } as unknown as MediaTrackConstraints;
    track.applyConstraints(torch).then(
      () => setOn(!isOn),
      () => undefined,
    );
  };
  return (
    <button type="button" className="button button-quiet torch" aria-pressed={isOn} onClick={turn}>
      {text('torch')}
    </button>
  );
}

function hasTorch(track: MediaStreamTrack): boolean {
  return 'getCapabilities' in track && 'torch' in track.getCapabilities();
}

async function openCamera(): Promise<MediaStream> {
  // Browsers give no camera to pages without HTTPS.
  if (!window.isSecureContext || !('mediaDevices' in navigator)) throw new Error('insecure');
  const video = { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } };
  return navigator.mediaDevices.getUserMedia({ video, audio: false });
}

function stop(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

async function watch(
  video: HTMLVideoElement,
  tell: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const read = await createFrameReader();
  let seen: { readonly text: string; readonly at: number } | undefined;
  while (!signal.aborted) {
    const found = document.visibilityState === 'visible' ? await read(video) : undefined;
    const now = performance.now();
    if (found !== undefined) {
      const isNew = seen?.text !== found || now - seen.at > SAME_FOR_MS;
      seen = { text: found, at: now };
      if (isNew && !signal.aborted) tell(found);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function faultOf(error: unknown): CameraFault {
  if (error instanceof DOMException && error.name === 'NotAllowedError') return 'denied';
  return error instanceof Error && error.message === 'insecure' ? 'insecure' : 'missing';
}
