/** The bar of actions on many rows: shown while rows are chosen, with their number. */
export const watchBulk = (): void => {
  let last: HTMLInputElement | null = null
  document.addEventListener('click', (event) => {
    const box = event.target
    if (!(box instanceof HTMLInputElement) || !box.dataset.bulk) return
    if (event.shiftKey && last?.isConnected) choosePath(last, box)
    last = box
    refresh(box.dataset.bulk)
  })
  document.addEventListener('change', (event) => {
    const box = event.target
    if (!(box instanceof HTMLInputElement) || !box.dataset.bulkAll) return
    for (const one of boxes(box.dataset.bulkAll)) one.checked = box.checked
    refresh(box.dataset.bulkAll)
  })
  document.addEventListener('turbo:load', () => {
    for (const bar of document.querySelectorAll<HTMLElement>('[data-bulk-bar]')) refresh(bar.id)
  })
}

/** With Shift, all between the last box and this one follow it. */
const choosePath = (from: HTMLInputElement, to: HTMLInputElement): void => {
  const all = boxes(to.dataset.bulk ?? '')
  const ends = [all.indexOf(from), all.indexOf(to)].sort((a, b) => a - b)
  for (const one of all.slice(ends[0], (ends[1] ?? 0) + 1)) one.checked = to.checked
}

const refresh = (form: string): void => {
  const bar = document.getElementById(form)
  if (!bar) return
  const all = boxes(form)
  const chosen = all.filter((box) => box.checked).length
  const output = bar.querySelector('output')
  if (output) output.textContent = (output.dataset.template ?? '{n}').replace('{n}', `${chosen}`)
  bar.hidden = chosen === 0
  const head = document.querySelector<HTMLInputElement>(`[data-bulk-all="${CSS.escape(form)}"]`)
  if (!head) return
  head.hidden = false
  head.checked = chosen === all.length && chosen > 0
  head.indeterminate = chosen > 0 && chosen < all.length
}

const boxes = (form: string): HTMLInputElement[] => [
  ...document.querySelectorAll<HTMLInputElement>(`[data-bulk="${CSS.escape(form)}"]`),
]
