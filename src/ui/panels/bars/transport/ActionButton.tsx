// An action of the list as an icon button.
import { Circle } from 'lucide-react';
import type { Action } from '../../../app/action.ts';
import { useApp, useSession, useTexts } from '../../../app/context.tsx';
import { IconButton } from '../../../widgets/IconButton.tsx';
import { hasCommandKey, printKey } from '../../../widgets/keys.ts';

export function ActionButton({ action, className = '' }: { action: Action; className?: string }) {
  const t = useTexts();
  const app = useApp();
  const enabled = useSession(() => action.isEnabled(app));
  const [key] = action.shortcuts;
  return (
    <IconButton
      icon={action.icon ?? Circle}
      label={t(`action.${action.label}`)}
      shortcut={key && printKey(key, hasCommandKey())}
      className={className}
      isDisabled={!enabled}
      size={17}
      onPress={() => action.perform(app)}
    />
  );
}
