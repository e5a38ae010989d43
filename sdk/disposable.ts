/** Undoes a registration. Calling it again does nothing. */
export interface Disposable {
  dispose(): void
}
