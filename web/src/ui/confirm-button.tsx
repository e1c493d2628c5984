import { Button, type ButtonProps } from '@mantine/core';
import { useState } from 'react';

/** A button for what cannot be had back: pressed, it asks in place, with the way back first. */
export function SureButton({
  name,
  sure,
  keep,
  act,
  ask = true,
  ...look
}: Pick<ButtonProps, 'size' | 'color'> & {
  name: string;
  sure: string;
  keep: string;
  act(): void;
  /** Whether there is anything to lose. */
  ask?: boolean;
}) {
  const [asking, setAsking] = useState(false);
  if (!asking) {
    return (
      <Button variant="subtle" {...look} onClick={() => (ask ? setAsking(true) : act())}>
        {name}
      </Button>
    );
  }
  return (
    <>
      <Button variant="default" {...look} color={undefined} onClick={() => setAsking(false)} autoFocus>
        {keep}
      </Button>
      <Button variant="subtle" {...look} color="red" onClick={act}>
        {sure}
      </Button>
    </>
  );
}
