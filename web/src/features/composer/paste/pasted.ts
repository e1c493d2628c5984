/** A picture that becomes an attachment; `read` resolves to null if its bytes cannot be had. */
export type PictureUpload = { id: string; preview: string; read(): Promise<File | null> };

/** What a message cannot carry. */
export type LeftOut = 'pictures' | 'files' | 'media' | 'pages' | 'forms' | 'drawings' | 'fonts';

export type Pasted = {
  html: string;
  /** Pictures of the HTML whose `src` is `upload:` and their id: they become attachments. */
  uploads: PictureUpload[];
  leftOut: Set<LeftOut>;
  /** The hosts of pictures that stay where they are. */
  remoteHosts: Set<string>;
};
