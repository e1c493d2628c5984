import { NumberInput, type NumberInputProps } from '@mantine/core';
import { useFieldError } from './use-field-error.ts';

/** A whole number that must be filled in. */
export function RequiredNumberInput({ onChange, ...props }: NumberInputProps) {
  const { onInput: clear, ...fieldError } = useFieldError();
  return (
    <NumberInput
      required
      withAsterisk={false}
      allowDecimal={false}
      {...props}
      // The arrows of the field send no input event.
      onChange={(value) => {
        clear();
        onChange?.(value);
      }}
      {...fieldError}
    />
  );
}
