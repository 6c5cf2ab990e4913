// The choice of whose program is edited: the VM's, a client's, the disk's.
import { useFrame, useTexts } from '../../../app/context.tsx';
import { ownerName, plainIds } from '../../model/machines.ts';

interface Props {
  of: string;
  /** Those whose programs are not the built-in ones. */
  carriedBy: readonly string[];
  onChoose: (of: string) => void;
}

export function WhoseProgram({ of, carriedBy, onChoose }: Props) {
  const t = useTexts();
  const owners = useFrame((frame) => ['vm', ...plainIds(frame)]);
  return (
    <select aria-label={t('editor.whose')} value={of} onChange={(event) => onChoose(event.target.value)}>
      {owners.map((each) => {
        const name = ownerName(t, each);
        return (
          <option key={each} value={each}>
            {carriedBy.includes(each) ? t('editor.ownProgram', { name }) : name}
          </option>
        );
      })}
    </select>
  );
}
