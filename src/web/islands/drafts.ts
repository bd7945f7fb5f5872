/**
 * Keeps what was typed into a form marked `data-draft` on this device until it is sent, so that a
 * lost connection loses nothing. Photographs stay with the browser.
 */
export function keepDrafts(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-draft]')) {
    const key = `draft:${form.dataset.draft}`
    restore(form, key)
    form.addEventListener('input', () => {
      try {
        localStorage.setItem(key, JSON.stringify(typed(form)))
      } catch {
        // A full or forbidden store is no reason to disturb who is writing.
      }
    })
    form.addEventListener('submit', () => localStorage.removeItem(key))
  }
}

const typed = (form: HTMLFormElement): Record<string, string> =>
  Object.fromEntries(
    textFields(form)
      .filter((field) => field.value !== '')
      .map((field) => [field.name, field.value]),
  )

const textFields = (form: HTMLFormElement) =>
  [...form.elements].filter(
    (field): field is HTMLInputElement | HTMLTextAreaElement =>
      field instanceof HTMLTextAreaElement ||
      (field instanceof HTMLInputElement && ['text', 'search', 'tel', 'email'].includes(field.type)),
  )

function restore(form: HTMLFormElement, key: string): void {
  const kept = localStorage.getItem(key)
  if (!kept) return
  const values = JSON.parse(kept) as Record<string, string>
  for (const field of textFields(form)) {
    // The server's own answer wins: it is what was sent last.
    if (field.value === '' && values[field.name]) field.value = values[field.name] ?? ''
  }
}
