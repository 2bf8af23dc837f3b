import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** What of an answer a test wants otherwise than an honest browser and authenticator give it. */
export interface Twist {
  origin?: string;
  rpId?: string;
  type?: string;
  challenge?: string;
  crossOrigin?: boolean;
  /** user verification; on unless told */
  uv?: boolean;
  counter?: number;
  userHandle?: string;
  id?: string;
  /** COSE algorithm that the key claims */
  algorithm?: number;
}

const text = (bytes: Uint8Array | string) => Buffer.from(bytes).toString("base64url");
const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest();

/** As little CBOR (RFC 8949) as an attestation needs: integers, byte and text strings, maps. */
function cbor(value: number | string | Uint8Array | Map<number | string, unknown>): Buffer {
  const head = (major: number, n: number) =>
    n < 24
      ? Buffer.from([(major << 5) | n])
      : n < 256
        ? Buffer.from([(major << 5) | 24, n])
        : Buffer.from([(major << 5) | 25, n >> 8, n & 255]);
  if (typeof value === "number") return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Map) {
    const parts = [...value].flatMap(([key, of]) => [cbor(key), cbor(of as number)]);
    return Buffer.concat([head(5, value.size), ...parts]);
  }
  return Buffer.concat([head(2, value.length), value]);
}

interface Made {
  rp: { id: string };
  user: { id: string };
  challenge: string;
}
interface Asked {
  rpId: string;
  challenge: string;
}

/** An authenticator with one ES256 key and the browser around it (WebAuthn level 3), for tests. */
export class SoftwarePasskey {
  readonly id = text(randomBytes(16));
  counter = 0;
  private readonly key: KeyObject;
  private readonly point: { x: string; y: string };
  private handle = "";

  constructor(private readonly origin: string) {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.key = privateKey;
    this.point = publicKey.export({ format: "jwk" }) as { x: string; y: string };
  }

  /** What `navigator.credentials.create` answers, as JSON. */
  create(options: unknown, twist: Twist = {}): unknown {
    const { rp, user, challenge } = options as Made;
    this.handle = user.id;
    const cose = new Map<number, number | Uint8Array>([
      [1, 2],
      [3, twist.algorithm ?? -7],
      [-1, 1],
      [-2, Buffer.from(this.point.x, "base64url")],
      [-3, Buffer.from(this.point.y, "base64url")],
    ]);
    const id = Buffer.from(this.id, "base64url");
    const credential = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, cbor(cose)]);
    const attestation = new Map<string, unknown>([
      ["fmt", "none"],
      ["attStmt", new Map()],
      ["authData", Buffer.concat([this.data(rp.id, 0x40, twist), credential])],
    ]);
    const clientDataJSON = this.client("webauthn.create", challenge, twist);
    const response = { clientDataJSON, attestationObject: text(cbor(attestation)), transports: ["internal"] };
    return { id: this.id, rawId: this.id, type: "public-key", clientExtensionResults: {}, response };
  }

  /** What `navigator.credentials.get` answers, as JSON. */
  get(options: unknown, twist: Twist = {}): Record<string, unknown> {
    const { rpId, challenge } = options as Asked;
    if (twist.counter === undefined) this.counter++;
    const authenticatorData = this.data(rpId, 0, twist);
    const clientDataJSON = this.client("webauthn.get", challenge, twist);
    const signed = Buffer.concat([authenticatorData, sha256(Buffer.from(clientDataJSON, "base64url"))]);
    const response = {
      clientDataJSON,
      authenticatorData: text(authenticatorData),
      signature: text(sign("sha256", signed, this.key)),
      userHandle: twist.userHandle ?? this.handle,
    };
    const id = twist.id ?? this.id;
    return { id, rawId: id, type: "public-key", clientExtensionResults: {}, response };
  }

  private data(rpId: string, flags: number, twist: Twist): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(twist.counter ?? this.counter);
    const present = 0x01 | (twist.uv === false ? 0 : 0x04);
    return Buffer.concat([sha256(twist.rpId ?? rpId), Buffer.from([flags | present]), count]);
  }

  private client(type: string, challenge: string, twist: Twist): string {
    const { origin = this.origin, crossOrigin = false } = twist;
    return text(
      JSON.stringify({ type: twist.type ?? type, challenge: twist.challenge ?? challenge, origin, crossOrigin }),
    );
  }
}
