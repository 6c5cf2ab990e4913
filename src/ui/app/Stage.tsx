// The whole pair at once: clients and switch above, the two hosts with the channel between them, the disk below.
import { useState } from 'react';
import { Channel } from '../panels/picture/channel/Channel.tsx';
import { Clients } from '../panels/picture/clients/Clients.tsx';
import { Disk } from '../panels/picture/disk/Disk.tsx';
import { HostPanel } from '../panels/picture/host/HostPanel.tsx';
import { Spares } from '../panels/picture/spares/Spares.tsx';
import { Headline } from '../panels/picture/story/Headline.tsx';
import { Wires } from '../panels/picture/wires/Wires.tsx';
import { useSession } from './context.tsx';
import './stage.css';

export function Stage() {
  const [stage, setStage] = useState<HTMLElement | null>(null);
  const isReady = useSession((state) => state.frame !== null);
  return (
    <div className="stage" ref={setStage}>
      {isReady && (
        <>
          <Wires stage={stage} />
          <Headline />
          <Clients />
          <HostPanel place={0} />
          <div className="stage-middle">
            <Channel />
            <Spares />
            <Disk />
          </div>
          <HostPanel place={1} />
        </>
      )}
    </div>
  );
}
