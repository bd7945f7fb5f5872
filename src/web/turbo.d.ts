declare module '@hotwired/turbo' {
  export const config: { drive: { progressBarDelay: number } }
}
