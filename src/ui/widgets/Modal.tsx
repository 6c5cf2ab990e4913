// A dialog over the page, closed by Esc or a press outside.
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Dialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal as AriaModal, ModalOverlay } from 'react-aria-components/Modal';
import { useApp } from '../app/context.tsx';
import { IconButton } from './IconButton.tsx';

interface Props {
  title: string;
  closeLabel: string;
  children: ReactNode;
}

export function Modal({ title, closeLabel, children }: Props) {
  const { view } = useApp();
  const close = () => view.setState({ dialog: null });
  return (
    <ModalOverlay className="modal-overlay" isOpen isDismissable onOpenChange={(open) => !open && close()}>
      <AriaModal className="modal">
        <Dialog className="dialog">
          <div className="dialog-head">
            <Heading slot="title">{title}</Heading>
            <IconButton icon={X} label={closeLabel} onPress={close} />
          </div>
          {children}
        </Dialog>
      </AriaModal>
    </ModalOverlay>
  );
}
