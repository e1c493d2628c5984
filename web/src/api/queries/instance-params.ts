/** The path parameters of a request about an instance. */
export const instanceParams = (instanceId: string) => ({ path: { instanceId } });
