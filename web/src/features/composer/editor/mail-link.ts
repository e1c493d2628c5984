import { Link } from '@mantine/tiptap';
import { isMeantAsLink, linkTarget } from './meant-as-link.ts';

/** A link with an address as people type it. Where no words are selected, the address is its text. */
export const mailLink = Link.extend({
  // ⌘K opens the palette, also from here; Mantine's would open the field for a link below it.
  addKeyboardShortcuts: () => ({}),
  addCommands() {
    const commands = this.parent?.();
    return {
      ...commands,
      setLink: (typed) => (props) => {
        const attributes = { ...typed, href: linkTarget(typed.href) };
        // At once: TipTap's own `focus()` moves it a frame later (focus-editor.ts).
        if (props.dispatch) props.view.focus();
        if (!commands?.setLink?.(attributes)(props)) return false;
        if (!props.tr.selection.empty) return true;
        const text = { type: 'text', text: typed.href, marks: [{ type: this.name, attrs: attributes }] };
        // What is typed next is not of the link.
        return props.chain().insertContent(text).unsetMark(this.name).run();
      },
    };
  },
}).configure({ shouldAutoLink: isMeantAsLink });
