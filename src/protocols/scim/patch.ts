import { Messages, Schemas } from 'scimmy'
import { scimRefused } from './errors.ts'
import { activeOf, type Person, userOf } from './user.ts'

// PATCH is judged by the whole schema of RFC 7643: what we do not keep may be said all the same.
Schemas.User.definition.extend(Schemas.EnterpriseUser.definition, false)

/** Far beyond what a directory sends for one person. */
const limits = { operations: 50, pathCharacters: 200, depth: 8 }

type Operation = { op: 'add' | 'remove' | 'replace'; path?: string; value?: unknown }

/** Somebody as a list of changes (RFC 7644, section 3.5.2) leaves them. Nothing is kept yet. */
export async function patched(
  held: Person,
  body: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  if (deeper(body, limits.depth)) throw tooMuch()
  const before = new Schemas.User(userOf('', held), 'out')
  const patch = new Messages.PatchOp({
    schemas: body.schemas as [typeof Messages.PatchOp.id],
    Operations: operationsOf(body.Operations),
  })
  const after = await patch.apply(before)
  return JSON.parse(JSON.stringify(after ?? before))
}

/** The operations with the spellings of directories in use made good: `Replace`, `"False"`. */
function operationsOf(given: unknown): Operation[] {
  if (!Array.isArray(given) || given.length > limits.operations) throw tooMuch()
  return given.map((one) => {
    if (typeof one !== 'object' || one === null) throw tooMuch()
    const { path, value } = one as Operation
    if (typeof path === 'string' && path.length > limits.pathCharacters) throw tooMuch()
    if (value === undefined) return one as Operation
    const flag = path?.toString().toLowerCase() === 'active'
    return { ...one, value: flag ? activeOf(value) : withBoolean(value) }
  })
}

/** Without a path the value is a part of a User, where `active` may be a word, too. */
const withBoolean = (value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(
        Object.entries(value).map(([key, part]) => {
          if (key.length > limits.pathCharacters) throw tooMuch()
          return [key, key.toLowerCase() === 'active' ? activeOf(part) : part]
        }),
      )

/** Whether a value has more levels than `most`; the library follows them by recursion. */
function deeper(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return most === 0 || Object.values(value).some((part) => deeper(part, most - 1))
}

const tooMuch = () =>
  scimRefused(
    'invalidSyntax',
    `Operations 要是清單，最多 ${limits.operations} 項，也不能太深。`,
    `Operations is a list of at most ${limits.operations}, and not too deep.`,
  )
