/**
 * Registers the service worker. `onNew` is called when another version has been fetched and waits;
 * what it is given takes that version over and reloads.
 */
export async function keepOffline(onNew: (takeOver: () => void) => void): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const container = navigator.serviceWorker;
  const registration = await container.register("/sw.js");
  const offer = (waiting: ServiceWorker) =>
    onNew(() => {
      container.addEventListener("controllerchange", () => location.reload(), { once: true });
      waiting.postMessage("take-over");
    });
  if (registration.waiting && container.controller) offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const coming = registration.installing;
    coming?.addEventListener("statechange", () => {
      if (coming.state === "installed" && container.controller) offer(coming);
    });
  });
}
