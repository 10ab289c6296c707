import { PROVIDER } from "@/server/cli/attack/boot";
import { plentyLimits, type Target, tightLimits } from "@/server/cli/attack/target";
import { budgetsOf } from "@/server/guard/limits";
import { currentSecret } from "@/server/platform/secrets/versions";
import { type Door, openDoor } from "@/tests/support/gate";
import { type House, openHouse } from "@/tests/support/house";

/** Of a provider that is not there, so that its routes are. */
const OIDC = {
  issuer: PROVIDER.OIDC_ISSUER,
  clientId: PROVIDER.OIDC_CLIENT_ID,
  clientSecret: PROVIDER.OIDC_CLIENT_SECRET,
  name: "A provider",
  scopes: ["openid"],
};

/** Two houses with a door each, one of them with small budgets: what the battery attacks. */
export interface OpenSiege {
  target: Target;
  tight(): Promise<Target>;
  house: House;
  close(): Promise<void>;
}

export async function openSiege(): Promise<OpenSiege> {
  const open: { house: House; door: Door }[] = [];
  const enter = async (limits: string) => {
    const house = await openHouse({ limits: budgetsOf(limits, false).budgets, oidc: OIDC });
    const door = await openDoor(house);
    open.push({ house, door });
    return { house, target: targetOf(house, door) };
  };
  const { house, target } = await enter(plentyLimits());
  let tight: Promise<Target> | undefined;
  return {
    target,
    house,
    tight: () => {
      tight ??= enter(tightLimits()).then((entered) => entered.target);
      return tight;
    },
    close: async () => {
      for (const one of open) {
        await one.door.close();
        await one.house.close();
      }
    },
  };
}

function targetOf({ runtime, admin }: House, { port }: Door): Target {
  return {
    origin: `http://127.0.0.1:${port}`,
    site: runtime.origins[0] ?? "",
    admin,
    secret: currentSecret(runtime.secrets.auth()),
    root: process.cwd(),
  };
}
