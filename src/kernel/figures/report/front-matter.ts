/** A name that contains a number, such as a telephone number, and why it is no figure. */
export type Name = {
  readonly name: string
  readonly value: string
  readonly reason: string
  readonly line: number
}

/** The head of a template: between two lines `---`, one `key: value` a line. */
export type FrontMatter = {
  readonly title: string
  /** The numbers that the first chapter and the first section get. */
  readonly chapter: number
  readonly section: number
  /** Declared beneath `names:`, indented, as `hotline: 1999 | the city's service number`. */
  readonly names: readonly Name[]
  /** The template's text and the line of the file, from 1, on which it starts. */
  readonly body: string
  readonly bodyLine: number
  /** Lines that could not be read. */
  readonly unread: readonly { readonly line: number; readonly text: string }[]
}

/** Reads the head of a template; what is missing gets its default (no title, number 1). */
export const parseFrontMatter = (source: string): FrontMatter => {
  const lines = source.split(/\r?\n/)
  const end = lines[0] === '---' ? lines.indexOf('---', 1) : -1
  if (end === -1) return { ...empty, body: source, bodyLine: 1 }
  const fields = new Map<string, string>()
  const names: Name[] = []
  const unread: { line: number; text: string }[] = []
  for (const [index, text] of lines.slice(1, end).entries()) {
    const line = index + 2
    const name = /^\s+([a-z][a-z0-9-]*):\s*([^|]+?)\s*(?:\|\s*(.*?)\s*)?$/.exec(text)
    const field = /^(title|chapter|section|names):\s*(.*?)\s*$/.exec(text)
    if (name?.[1] && name[2])
      names.push({ name: name[1], value: name[2], reason: name[3] ?? '', line })
    else if (field?.[1]) fields.set(field[1], field[2] ?? '')
    else if (text.trim() !== '') unread.push({ line, text })
  }
  return {
    title: fields.get('title') ?? '',
    chapter: Number(fields.get('chapter') ?? 1),
    section: Number(fields.get('section') ?? 1),
    names,
    body: lines.slice(end + 1).join('\n'),
    bodyLine: end + 2,
    unread,
  }
}

const empty = { title: '', chapter: 1, section: 1, names: [], unread: [] }
