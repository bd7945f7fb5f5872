import { roundDatabase, waitingKey } from './round-store.ts'

const prefix = 'takao-draft:'
const weekMs = 7 * 86_400_000

type Draft = { readonly savedAt: number; readonly answers: readonly (readonly [string, string])[] }

/**
 * Keeps what is typed but not sent, in this browser, for a week: a call, a dead battery or a lost
 * network costs nobody their words. Signing out forgets all of it, as computers are shared.
 */
export const watchDrafts = (nowMs: () => number): void => {
  document.addEventListener('input', (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>('form[data-draft]')
    if (form) save(form, nowMs())
  })
  document.addEventListener('turbo:submit-end', (event) => {
    const form = event.target as HTMLFormElement
    const { success } = (event as CustomEvent<{ success: boolean }>).detail
    if (success && form.dataset.draft) forget(form.dataset.draft)
  })
  document.addEventListener(
    'submit',
    (event) => {
      const form = event.target as HTMLElement
      if (form.matches('[data-sign-out]')) signOut(form, event)
    },
    { capture: true },
  )
  document.addEventListener('click', (event) => {
    const button = (event.target as Element).closest('[data-draft-drop]')
    if (button) drop(button.closest('form'))
  })
}

/** Puts kept words back into fields that are still empty, and says so. */
export const restoreDrafts = (nowMs: number): void => {
  for (const done of document.querySelectorAll<HTMLElement>('[data-draft-done]'))
    forget(done.dataset.draftDone ?? '')
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-draft]'))
    restore(form, nowMs)
}

const save = (form: HTMLFormElement, savedAt: number): void => {
  const answers = controls(form).flatMap((control): [string, string][] => {
    if (isTick(control)) return control.checked ? [[control.name, control.value]] : []
    return control.value ? [[control.name, control.value]] : []
  })
  const draft: Draft = { savedAt, answers }
  tryStorage((storage) => storage.setItem(prefix + form.dataset.draft, JSON.stringify(draft)))
}

const restore = (form: HTMLFormElement, nowMs: number): void => {
  const draft = load(form.dataset.draft ?? '', nowMs)
  if (!draft) return
  let changed = false
  for (const control of controls(form)) {
    const kept = draft.answers.filter(([name]) => name === control.name).map(([, value]) => value)
    if (isTick(control)) {
      if (!kept.includes(control.value) || control.checked) continue
      if (control.type === 'radio' && someChecked(form, control.name)) continue
      control.checked = true
    } else {
      if (control.value || !kept[0]) continue
      control.value = kept[0]
    }
    changed = true
  }
  const note = form.querySelector<HTMLElement>('[data-draft-note]')
  if (note && changed) note.hidden = false
}

const drop = (form: HTMLFormElement | null): void => {
  if (!form) return
  forget(form.dataset.draft ?? '')
  form.reset()
  const note = form.querySelector<HTMLElement>('[data-draft-note]')
  if (note) note.hidden = true
}

const load = (name: string, nowMs: number): Draft | null => {
  let draft: Draft | null = null
  tryStorage((storage) => {
    draft = JSON.parse(storage.getItem(prefix + name) ?? 'null')
  })
  const found = draft as Draft | null
  if (!found || nowMs - found.savedAt < weekMs) return found
  forget(name)
  return null
}

const forget = (name: string): void => tryStorage((storage) => storage.removeItem(prefix + name))

/** Asks first where something written on site is not sent: signing out forgets it. */
const signOut = (form: HTMLElement, event: Event): void => {
  let waiting = 0
  tryStorage((storage) => {
    waiting = Number(storage.getItem(waitingKey) ?? 0)
  })
  if (waiting === 0 || confirm(form.dataset.unsent?.replace('{n}', String(waiting)))) {
    forgetAll()
    return
  }
  event.preventDefault()
  event.stopImmediatePropagation()
}

const forgetAll = (): void => {
  globalThis.indexedDB?.deleteDatabase(roundDatabase)
  tryStorage((storage) => storage.removeItem(waitingKey))
  // Pages kept for want of a network go as well.
  globalThis.caches?.keys().then((names) => names.map((name) => caches.delete(name)))
  tryStorage((storage) => {
    for (const key of Object.keys(storage)) if (key.startsWith(prefix)) storage.removeItem(key)
  })
}

/** Private windows and full disks refuse storage; a draft is a kindness, so the form goes on. */
const tryStorage = (use: (storage: Storage) => void): void => {
  try {
    use(localStorage)
  } catch {
    // Nothing kept.
  }
}

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

const neverKept = new Set(['hidden', 'file', 'password', 'submit', 'button'])

const controls = (form: HTMLFormElement): Control[] =>
  [...form.querySelectorAll<Control>('input, textarea, select')].filter(
    (control) => control.name && !neverKept.has(control.type) && !control.name.endsWith('.kept'),
  )

const isTick = (control: Control): control is HTMLInputElement =>
  control.type === 'checkbox' || control.type === 'radio'

const someChecked = (form: HTMLFormElement, name: string): boolean =>
  controls(form).some((control) => isTick(control) && control.name === name && control.checked)
