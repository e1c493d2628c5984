/** What stands in a conversation between its messages, and who is there. */
export const timeline = {
  mentions: {
    somebody: 'A colleague',
    notification: (by: string, subject: string) => `${by} mentioned you in “${subject}”`,
  },
};
