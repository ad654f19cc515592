const unsafe = /[^\P{Cc}\t\n]|\p{Bidi_Control}/u;

/** Whether a text holds control characters (other than tab and newline) or bidirectional controls. */
export const hasUnsafeCharacter = (text: string): boolean => unsafe.test(text);
