"""A unittest run: passes, failures, errors, skips, subtests, fixtures; its report without the time."""
import io
import re
import unittest
from unittest import mock


class Target:
    def double(self, x): return x * 2
    def use(self): return self.double(4) and helper()


def helper(): return "real"


class TestTarget(unittest.TestCase):
    @classmethod
    def setUpClass(cls): print("class set up")
    def setUp(self): self.target = Target(); self.addCleanup(print, "cleanup")
    def tearDown(self): print("tear down")
    def test_passes(self): self.assertEqual(self.target.double(2), 4)
    def test_fails(self):
        """Its doc."""
        self.assertEqual(
            [self.target.double(2)],
            [5],
        )
    def test_error(self): return self.target.double(2) + None
    def test_raises(self):
        with self.assertRaisesRegex(TypeError, "multiply"): self.target.double({}) and [] * []
        with self.assertWarns(UserWarning): __import__("warnings").warn("w")
        with self.assertLogs("x") as logs: __import__("logging").getLogger("x").info("message %s", 1)
        print(logs.output)
    def test_sub(self):
        for i in range(3):
            with self.subTest(i=i): self.assertNotEqual(i, 1, "it is one")
    @unittest.skip("not today")
    def test_skipped(self): pass
    @unittest.expectedFailure
    def test_expected(self): self.fail()
    def test_mock(self):
        with mock.patch.object(Target, "double", autospec=True, return_value=1) as double, mock.patch(f"{__name__}.helper", lambda: "mocked"):
            self.assertEqual(self.target.use(), "mocked")
            double.assert_called_once_with(self.target, 4)
        m = mock.MagicMock(); m.a.b(1)[2] += 1; m < 1 if False else m.__len__(); print(m.mock_calls[:2])


class TestAsync(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self): self.x = 1
    async def test_async(self): self.assertTrue(await self.value())
    async def value(self): return self.x


out = io.StringIO()
program = unittest.main(argv=["prog", "-v"], exit=False, testRunner=unittest.TextTestRunner(out, verbosity=2))
print(re.sub(r"in [\d.]+s", "in TIME", out.getvalue()))
result = program.result
print(result.testsRun, len(result.failures), len(result.errors), len(result.skipped), result.wasSuccessful())
