import { takeDownRls } from "@/tests/isolation/levels";
import { describeIsolation } from "@/tests/isolation/suite";

describeIsolation("with row-level security taken down", takeDownRls);
