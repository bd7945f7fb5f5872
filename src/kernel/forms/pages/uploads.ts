import type { Say } from '../../../core/i18n.ts'
import type { StoredFile } from '../../../web/fields.ts'

/** Kept uploads of a form, by their signed tokens, as the fields show them. */
export function storedFiles(tokens: unknown, t: Say): StoredFile[] {
  const list = Array.isArray(tokens) ? tokens : tokens ? [tokens] : []
  return list.map((token, i) => ({
    token: String(token),
    name: t(`照片 ${i + 1}`, `Photograph ${i + 1}`),
    url: `/files/draft/${String(token)}`,
    image: true,
  }))
}
