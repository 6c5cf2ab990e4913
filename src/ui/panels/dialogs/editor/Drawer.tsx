// A panel as high as the page, over its right side. Esc, the cross and a press outside close it.
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Dialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { useApp, useTexts } from '../../../app/context.tsx';
import { IconButton } from '../../../widgets/IconButton.tsx';

interface Props {
  /** Stands beside the title. */
  head: ReactNode;
  children: ReactNode;
}

export function Drawer({ head, children }: Props) {
  const t = useTexts();
  const { view } = useApp();
  const close = () => view.setState({ dialog: null });
  return (
    <ModalOverlay
      className="modal-overlay drawer-overlay"
      isOpen
      isDismissable
      onOpenChange={(open) => !open && close()}
    >
      <Modal className="drawer">
        <Dialog className="drawer-dialog">
          <div className="dialog-head drawer-head">
            <Heading slot="title">{t('editor.title')}</Heading>
            {head}
            <IconButton icon={X} label={t('editor.close')} onPress={close} />
          </div>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
