import { Tooltip } from '@mantine/core';

/** Loaded by Hint. */
export default Tooltip;
