import { type Installed, InstalledFolder } from './installed.js'

/** The plugin of this name that ships with claimd. @param folder where those are */
export function bundledPlugin(name: string, folder: string): Promise<Installed | null> {
  return new InstalledFolder(folder).find(name)
}
