import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'

/** A city pack: a folder of data without logic. Systems read their own file from it. */
export type City = {
  readonly folder: string
  /** Reads and checks a JSON file of the pack once; a fault names the file and the path in it. */
  readonly read: <S extends TSchema>(file: string, schema: S) => Static<S>
  /** A text file of the pack, or undefined when the city has none. */
  readonly text: (file: string) => string | undefined
}

/** Opens the pack at `folder`. Throws when there is no such folder. */
export function openCity(folder: string): City {
  if (!existsSync(join(folder, 'city.json')))
    throw new Error(`沒有城市資料夾 / no city pack at ${folder} (TAKAO_CITY)`)
  const known = new Map<string, unknown>()
  return {
    folder,
    read: <S extends TSchema>(file: string, schema: S): Static<S> => {
      if (!known.has(file)) known.set(file, readChecked(join(folder, file), schema))
      return known.get(file) as Static<S>
    },
    text: (file) => {
      const path = join(folder, file)
      return existsSync(path) ? readFileSync(path, 'utf8') : undefined
    },
  }
}

function readChecked<S extends TSchema>(path: string, schema: S): Static<S> {
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
  const [fault] = [...Value.Errors(schema, value)]
  if (fault) throw new Error(`${path} at ${fault.instancePath || '/'}: ${fault.message}`)
  return value as Static<S>
}
